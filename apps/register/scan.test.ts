import type { Catalogue } from '@paume/contract'
import { describe, expect, it } from 'vitest'
import { lookUp, nameOf, parsePrice, parseRate, rateText, search } from './catalogue.ts'
import { hear, NO_BURST, SCAN_PACE_MS, SCAN_PAUSE_MS } from './scan.ts'

/** Keys at this pace, one after another. */
function type(keys: string[], gapMs: number) {
  let burst = NO_BURST
  const heard = keys.map((key, at) => {
    const next = hear(burst, key, 1_000 + at * gapMs)
    burst = next.burst
    return next
  })
  return { code: heard.at(-1)!.code, begun: heard.filter(({ begins }) => begins).length }
}
const keysOf = (code: string) => [...code, 'Enter']

describe('a scanner that acts as a keyboard', () => {
  it('is heard by its pace and the Enter at its end', () => {
    expect(type(keysOf('2000000000077'), 5)).toEqual({ code: '2000000000077', begun: 1 })
    expect(type(keysOf('96385074'), SCAN_PACE_MS)).toEqual({ code: '96385074', begun: 1 })
  })

  it('is not taken for fingers, and fingers not for it', () => {
    expect(type(keysOf('2000000000077'), SCAN_PACE_MS + 1).code).toBeNull()
    expect(type(keysOf('2340'), 5).code).toBeNull()
    expect(type([...'2000000000077', '+', 'Enter'], 5).code).toBeNull()
    expect(type([...'20000', 'x', ...keysOf('0077')], 5).code).toBeNull()
  })

  it('is heard on a page that gets one key late, and not after a pause', () => {
    const late = (byMs: number) => {
      let burst = NO_BURST
      const heard = keysOf('2000000000077').map((key, at) => {
        const next = hear(burst, key, 1_000 + at * 5 + (at > 6 ? byMs : 0))
        burst = next.burst
        return next
      })
      return heard.at(-1)!.code
    }
    expect(late(SCAN_PAUSE_MS - 5)).toBe('2000000000077')
    expect(late(SCAN_PAUSE_MS)).toBeNull()
  })

  it('reads two codes one after another', () => {
    expect(type([...keysOf('2000000000077'), ...keysOf('2000000000091')], 5)).toEqual({
      code: '2000000000091',
      begun: 2,
    })
  })
})

const tea = {
  id: 'tea',
  name: 'Mint tea',
  names: { fr: 'Thé à la menthe' },
  priceMinor: 320,
  taxBasisPoints: 825,
  picture: 'tea',
  barcode: '0036000291452',
}
const water = { id: 'water', name: 'Water', priceMinor: 180, taxBasisPoints: 0, picture: 'water', barcode: null }
const goods: Catalogue = { taxMode: 'inclusive', items: [tea, water] }

describe('the catalogue', () => {
  it('finds by code, however the scanner spells it, and says what is wrong with others', () => {
    expect(lookUp(goods, '036000291452')).toEqual({ kind: 'item', item: tea })
    expect(lookUp(goods, '0036000291452')).toEqual({ kind: 'item', item: tea })
    expect(lookUp(goods, '4006381333931')).toEqual({ kind: 'unknown', code: '4006381333931' })
    expect(lookUp(goods, '4006381333930')).toEqual({ kind: 'unreadable', code: '4006381333930' })
    expect(lookUp(goods, '400638133393')).toMatchObject({ kind: 'unreadable' })
  })

  it('finds by words in the language of the screen and the shop’s own, accents aside', () => {
    expect(search(goods, 'the MENTHE', 'fr')).toEqual([tea])
    expect(search(goods, 'mint', 'fr')).toEqual([tea])
    expect(search(goods, '2914', 'en')).toEqual([tea])
    expect(search(goods, ' ', 'en')).toEqual([tea, water])
    expect(search(goods, 'coffee', 'en')).toEqual([])
    expect([nameOf(tea, 'fr'), nameOf(tea, 'en')]).toEqual(['Thé à la menthe', 'Mint tea'])
  })

  it('reads prices by the digits of the currency, exactly', () => {
    expect(parsePrice('12,5', 'EUR')).toBe(1250n)
    expect(parsePrice('0.07', 'USD')).toBe(7n)
    expect(parsePrice('1250', 'JPY')).toBe(1250n)
    expect(parsePrice('1.234', 'KWD')).toBe(1234n)
    for (const [text, currency] of [
      ['1.5', 'JPY'],
      ['1.234', 'EUR'],
      ['0', 'EUR'],
      ['-1', 'EUR'],
      ['1e3', 'EUR'],
      ['', 'EUR'],
      ['١٢', 'EUR'],
      ['1000000.01', 'EUR'],
    ])
      expect([text, parsePrice(text!, currency!)]).toEqual([text, null])
  })

  it('reads and writes rates', () => {
    expect(['8.25', '8', '0', '100', '5,5'].map(parseRate)).toEqual([825, 800, 0, 10_000, 550])
    expect(['100.01', '8.255', '', 'x', '-1'].map(parseRate)).toEqual([null, null, null, null, null])
    expect([825, 800, 550, 0].map((points) => rateText(points))).toEqual(['8.25', '8', '5.5', '0'])
    expect(rateText(825, 'fr')).toBe('8,25')
  })
})
