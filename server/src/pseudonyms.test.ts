import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPseudonyms } from './pseudonyms.ts'

const contactKey = Buffer.alloc(32, 7)
const pseudonymOf = createPseudonyms({ contactKey })
const name = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => !text.includes('\n'))

describe('the pseudonym of a shopper at an organisation', () => {
  it('is the same on every node and every day', () => {
    expect(pseudonymOf('org_A', 'shp_1')).toBe(createPseudonyms({ contactKey: Buffer.alloc(32, 7) })('org_A', 'shp_1'))
    expect(pseudonymOf('org_A', 'shp_1')).toMatch(/^psn_[0-9A-HJKMNP-TV-Z]{26}$/)
  })

  it('differs between organisations, shoppers and installations', () => {
    const all = [
      pseudonymOf('org_A', 'shp_1'),
      pseudonymOf('org_B', 'shp_1'),
      pseudonymOf('org_A', 'shp_2'),
      createPseudonyms({ contactKey: Buffer.alloc(32, 8) })('org_A', 'shp_1'),
    ]
    expect(new Set(all).size).toBe(4)
  })

  it('is never the same for two different pairs, and holds no part of the identifier', () => {
    fc.assert(
      fc.property(name, name, name, name, (a, b, c, d) => {
        fc.pre(a !== c || b !== d)
        expect(pseudonymOf(a, b)).not.toBe(pseudonymOf(c, d))
      }),
    )
  })

  it('refuses to name nobody', () => {
    expect(() => pseudonymOf('org_A', '')).toThrow()
    expect(() => pseudonymOf('', 'shp_1')).toThrow()
  })
})
