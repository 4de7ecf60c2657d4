import { CONSOLE_LANGUAGES } from '@paume/contract'
import { describe, expect, it } from 'vitest'
import { formatIn } from './format.ts'

/** Intl writes narrow and unbreakable spaces; which ones changes with its data. */
const plain = (text: string) => text.replace(/[\u00a0\u202f\u2009]/g, ' ')
const AT = '2026-11-24T05:30:00Z'

describe('formats', () => {
  it('write money exactly, also where a number of JavaScript would not hold it', () => {
    expect(formatIn('en').money(2340, 'EUR')).toBe('€23.40')
    expect(plain(formatIn('fr').money(2340, 'EUR'))).toBe('23,40 €')
    expect(formatIn('en').money(123456789012345678901n, 'USD')).toBe('$1,234,567,890,123,456,789.01')
    expect(formatIn('zh').money(2340, 'JPY')).toContain('2,340')
    expect(formatIn('en').money(-5, 'KWD')).toContain('0.005')
  })

  it('tell the time of a shop, not of the reader', () => {
    expect(plain(formatIn('en', 'America/Los_Angeles').dateTime(AT))).toBe('Nov 23, 2026, 9:30 PM')
    expect(plain(formatIn('fr', 'Europe/Paris').dateTime(AT))).toBe('24 nov. 2026, 06:30')
  })

  it('keep a calendar day what it is in every time zone', () => {
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'UTC'])
      expect(formatIn('en', zone).day('2026-11-24')).toBe('Nov 24, 2026')
  })

  it('tell durations by their size', () => {
    const { duration } = formatIn('en')
    const told = [0, 488.4, 1_240, 59_000, 200_000, 3_600_000, 7_980_000, 187_200_000, -5].map((ms) =>
      plain(duration(ms)),
    )
    expect(told).toEqual([
      '0 ms',
      '488 ms',
      '1.2 sec',
      '59 sec',
      '3 min 20 sec',
      '1 hr',
      '2 hr 13 min',
      '2 days 4 hr',
      '0 ms',
    ])
  })

  it('tell how long ago, in every language', () => {
    const now = Date.parse(AT)
    expect(formatIn('en').relative(now - 190_000, now)).toBe('3 min. ago')
    expect(formatIn('en').relative(now + 2 * 86_400_000, now)).toBe('in 2 days')
    expect(formatIn('en').relative(now - 90 * 86_400_000, now)).toBe('3 mo. ago')
    for (const language of CONSOLE_LANGUAGES) expect(formatIn(language).relative(now - 190_000, now)).toContain('3')
  })

  it('write shares and large numbers', () => {
    expect(formatIn('en').percent(0.0521)).toBe('5.2%')
    expect(plain(formatIn('fr').percent(0.0521))).toBe('5,2 %')
    expect(formatIn('en').numberShort(1_234_567)).toBe('1.2M')
    expect(formatIn('zh').numberShort(12_345)).toBe('1.2万')
    expect(formatIn('en').moneyShort(123_456_789, 'USD')).toBe('$1.2M')
  })
})
