import { CONSOLE_LANGUAGES, JURISDICTIONS } from '@paume/contract'
import { describe, expect, it } from 'vitest'
import { PACKS, signCounts } from './packs.ts'
import { isInState, isStrictEnough, jurisdictionOf, usState } from './where.ts'

const at = (
  country: string,
  region: string | null = null,
  town: string | null = null,
  postalCode: string | null = null,
) => ({
  country,
  region,
  town,
  postalCode,
})

describe('which law a shop is under', () => {
  it.each([
    [at('US', 'IL', 'Chicago'), 'us_il'],
    [at('US', 'NY', 'Brooklyn'), 'us_ny_nyc'],
    [at('US', 'NY', 'Astoria', '11102'), 'us_ny_nyc'],
    [at('US', 'NY', 'Buffalo', '14201'), 'us_other'],
    [at('US', 'CA', 'Fresno'), 'us_ca'],
    [at('US', 'NV', 'Reno'), 'us_other'],
    [at('NO', null, 'Oslo'), 'eu_eea'],
    [at('GB'), 'uk'],
    [at('CH'), 'rest'],
  ] as const)('%j', (place, wanted) => {
    expect(jurisdictionOf(place)).toBe(wanted)
    expect(isStrictEnough(wanted, place)).toBe(true)
  })
  it('lets nobody choose less than a place asks for', () => {
    expect(isStrictEnough('us_other', at('US', 'NY', 'New York'))).toBe(false)
    expect(isStrictEnough('us_ny_nyc', at('US', 'NV', 'Reno'))).toBe(true)
    expect(isStrictEnough('rest', at('US', 'NV', 'Reno'))).toBe(false)
  })
  it('knows states by name and letters, and where they are', () => {
    expect(usState('new york')).toBe('NY')
    expect(usState('Ca')).toBe('CA')
    expect(usState('Bavaria')).toBeNull()
    expect(isInState('CA', 37.77, -122.42)).toBe(true)
    expect(isInState('CA', 40.71, -74)).toBe(false)
    expect(isInState('AK', 52.9, 172.9)).toBe(true)
  })
})

it('has a sign of whole sentences in every language for every jurisdiction', () => {
  for (const jurisdiction of JURISDICTIONS) {
    const { sign } = PACKS[jurisdiction]
    for (const language of CONSOLE_LANGUAGES) {
      const { title, lines } = sign.texts[language]!
      expect(title.length).toBeGreaterThan(5)
      expect(lines.length).toBeGreaterThanOrEqual(5)
      for (const line of lines) expect(line).toMatch(/[.。]$/)
    }
  }
  expect(new Set(JURISDICTIONS.map((each) => PACKS[each].sign.sha256)).size).toBe(JURISDICTIONS.length)
  expect(PACKS.us_ny_nyc.sign.places).toContain('entrance')
  expect(signCounts('us_ca', { jurisdiction: 'us_ca', version: 1 })).toBe(true)
  expect(signCounts('us_ca', { jurisdiction: 'us_other', version: 1 })).toBe(false)
})
