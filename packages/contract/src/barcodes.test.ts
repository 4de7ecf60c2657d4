import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isGtin, normalGtin } from './barcodes.ts'

describe('barcodes', () => {
  it('knows published numbers of every length', () => {
    // EAN-13 and GTIN-14 of the GS1 General Specifications' examples; UPC-A 036000291452 is the usual one; EAN-8 96385074 too.
    for (const code of ['4006381333931', '036000291452', '96385074', '10614141543219'])
      expect([code, isGtin(code)]).toEqual([code, true])
    for (const code of ['4006381333930', '', '40063813339', 'ABCDEFGH', '400638133393X'])
      expect(isGtin(code)).toBe(false)
  })

  it('notices every single wrong digit', () => {
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(digits, fc.nat(12), fc.integer({ min: 1, max: 9 }), (body, place, by) => {
        const right = Array.from({ length: 10 }, (_, check) => [...body, check].join('')).filter(isGtin)
        expect(right).toHaveLength(1)
        const wrong = [...right[0]!]
        wrong[place] = String((Number(wrong[place]) + by) % 10)
        expect(isGtin(wrong.join(''))).toBe(false)
      }),
    )
  })

  it('spells a UPC-A as the EAN-13 it is', () => {
    expect(normalGtin('036000291452')).toBe('0036000291452')
    expect(isGtin('0036000291452')).toBe(true)
    expect(normalGtin('96385074')).toBe('96385074')
  })
})
