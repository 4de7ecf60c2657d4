import type { CatalogueItem } from '@paume/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addFree,
  addItem,
  type Basket,
  basketFromJson,
  changeQuantity,
  costOf,
  EMPTY_BASKET,
  emptyBasket,
  linesToJson,
  undo,
} from './basket.ts'

const item = (id: string, priceMinor: number, taxBasisPoints = 800): CatalogueItem => ({
  id,
  name: id,
  priceMinor,
  taxBasisPoints,
  picture: 'box',
  barcode: null,
})
const SANDWICH = item('sandwich', 750)
const SALAD = item('salad', 840)
const APPLE = item('apple', 90, 250)
const add = (basket: Basket, of: CatalogueItem) => addItem(basket, of, of.name)

const steps = fc.array(
  fc.oneof(
    fc.constantFrom(SANDWICH, SALAD, APPLE).map((of) => (basket: Basket) => add(basket, of)),
    fc.bigInt({ min: 0n, max: 50_000n }).map((amount) => (basket: Basket) => addFree(basket, amount, 800, 'Free')),
    fc
      .constantFrom<1 | -1>(1, -1)
      .map((by) => (basket: Basket) => changeQuantity(basket, basket.lines[0]?.key ?? '', by)),
    fc.constant((basket: Basket) => emptyBasket(basket)),
  ),
  { maxLength: 30 },
)

describe('the basket', () => {
  it('reaches 23.40 with two sandwiches and a salad', () => {
    const basket = add(add(add(EMPTY_BASKET, SANDWICH), SANDWICH), SALAD)
    expect(costOf(basket.lines)).toBe(2340n)
    expect(basket.lines).toHaveLength(2)
  })

  it('undoes every step, back to empty', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        let basket = EMPTY_BASKET
        const seen = [basket.lines]
        for (const step of taken) {
          const next = step(basket)
          if (next !== basket) seen.push(next.lines)
          basket = next
        }
        while (basket.past.length) {
          expect(basket.lines).toEqual(seen.pop())
          basket = undo(basket)
        }
        expect(basket.lines).toEqual([])
      }),
    )
  })

  it('survives a reload with lines and total', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const basket = taken.reduce((now, step) => step(now), EMPTY_BASKET)
        const back = basketFromJson(linesToJson(basket.lines))
        expect(back.lines).toEqual(basket.lines)
        expect(costOf(back.lines)).toBe(costOf(basket.lines))
      }),
    )
  })

  it('takes nothing unreadable for a basket, and never goes above the limit', () => {
    expect(basketFromJson('{')).toEqual(EMPTY_BASKET)
    expect(basketFromJson(null)).toEqual(EMPTY_BASKET)
    expect(basketFromJson('[{"item":"gold","quantity":1,"unitMinor":"1"}]')).toEqual(EMPTY_BASKET)
    expect(basketFromJson('[{"key":"a","name":"a","quantity":1.5,"unitMinor":"1","taxBasisPoints":0}]')).toEqual(
      EMPTY_BASKET,
    )
    const full = addFree(EMPTY_BASKET, 100_000_000n, 0, 'Free')
    expect(add(full, APPLE)).toBe(full)
  })

  it('keeps an item apart from the same at another price or rate', () => {
    const dearer = { ...SALAD, priceMinor: 900 }
    const taxed = { ...SALAD, taxBasisPoints: 2000 }
    expect([SALAD, dearer, taxed, SALAD].reduce(add, EMPTY_BASKET).lines.map(({ quantity }) => quantity)).toEqual([
      2, 1, 1,
    ])
  })
})
