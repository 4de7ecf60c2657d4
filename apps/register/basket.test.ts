import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addFree,
  addItem,
  type Basket,
  basketFromJson,
  basketToJson,
  changeQuantity,
  EMPTY_BASKET,
  emptyBasket,
  totalOf,
  undo,
} from './basket.ts'
import { ITEMS } from './items.ts'

const steps = fc.array(
  fc.oneof(
    fc.constantFrom(...ITEMS.map(({ id }) => id)).map((id) => (basket: Basket) => addItem(basket, id)),
    fc.bigInt({ min: 0n, max: 50_000n }).map((amount) => (basket: Basket) => addFree(basket, amount)),
    fc
      .constantFrom<1 | -1>(1, -1)
      .map((by) => (basket: Basket) => changeQuantity(basket, basket.lines[0]?.key ?? '', by)),
    fc.constant((basket: Basket) => emptyBasket(basket)),
  ),
  { maxLength: 30 },
)

describe('the basket', () => {
  it('reaches 23.40 with two sandwiches and a salad', () => {
    const basket = addItem(addItem(addItem(EMPTY_BASKET, 'sandwich'), 'sandwich'), 'salad')
    expect(totalOf(basket)).toBe(2340n)
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
        const back = basketFromJson(basketToJson(basket))
        expect(back.lines).toEqual(basket.lines)
        expect(totalOf(back)).toBe(totalOf(basket))
      }),
    )
  })

  it('takes nothing unreadable for a basket, and never goes above the limit', () => {
    expect(basketFromJson('{')).toEqual(EMPTY_BASKET)
    expect(basketFromJson(null)).toEqual(EMPTY_BASKET)
    expect(basketFromJson('[{"item":"gold","quantity":1,"unitMinor":"1"}]')).toEqual(EMPTY_BASKET)
    const full = addFree(EMPTY_BASKET, 100_000_000n)
    expect(addItem(full, 'apple')).toBe(full)
  })
})
