import type { CartEvent } from '@paume/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advance, applyEvent, type CartLines, gapsIn, totalOf } from './cart.ts'

const events = (length: number): fc.Arbitrary<CartEvent[]> =>
  fc.tuple(
    ...Array.from({ length }, (_, at) =>
      fc.record({
        sequence: fc.constant(at + 1),
        kind: fc.constantFrom('add', 'remove', 'set'),
        sku: fc.constantFrom('a', 'b', 'c'),
        quantity: fc.nat(5),
        unitMinor: fc.nat(500),
      }),
    ),
  ) as fc.Arbitrary<CartEvent[]>

describe('a cart', () => {
  it('holds what is behind a gap, and counts it once the gap is filled', () => {
    fc.assert(
      fc.property(
        events(10),
        fc.shuffledSubarray([...Array(10).keys()], { minLength: 10 }),
        fc.array(fc.nat(9), { maxLength: 10 }),
        (all, order, doubled) => {
          const inOrder = all.reduce<CartLines>(applyEvent, [])
          let lines: CartLines = []
          let next = 1
          const stored = new Map<number, CartEvent>()
          for (const at of [...order, ...doubled]) {
            const event = all[at]!
            if (stored.has(event.sequence)) continue
            stored.set(event.sequence, event)
            const waiting = [...stored.values()].filter(({ sequence }) => sequence >= next)
            const after = advance(lines, next, waiting)
            lines = after.lines
            next = after.next
            expect(after.held.every((sequence) => sequence > next)).toBe(true)
          }
          expect(next).toBe(11)
          expect(totalOf(lines)).toBe(totalOf(inOrder))
          expect(new Map(lines.map((line) => [line.sku, line]))).toEqual(
            new Map(inOrder.map((line) => [line.sku, line])),
          )
        },
      ),
    )
  })

  it('never comes below nothing', () => {
    const lines = [{ sequence: 1, kind: 'remove', sku: 'a', quantity: 3 } as const].reduce<CartLines>(applyEvent, [])
    expect(lines).toEqual([])
  })

  it('tells which numbers are missing', () => {
    expect(gapsIn([3, 4, 7], 1, 9)).toEqual([
      { from: 1, to: 2 },
      { from: 5, to: 6 },
      { from: 8, to: 9 },
    ])
    expect(gapsIn([1, 2], 1, 2)).toEqual([])
  })
})
