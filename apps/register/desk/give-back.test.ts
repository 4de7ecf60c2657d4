import type { Ticket } from '@paume/contract'
import { expect, it } from 'vitest'
import type { FoundSale } from './found-sale.ts'
import { allBack, costOfPieces, piecesLeft, someBack } from './give-back.ts'

const ticket: Ticket = {
  reference: 'R-1',
  currency: 'USD',
  taxMode: 'exclusive',
  totalMinor: 32,
  lines: [{ name: 'Pen', quantity: 3, unitMinor: 10, taxBasisPoints: 500 }],
  taxes: [{ taxBasisPoints: 500, netMinor: 30, taxMinor: 2 }],
  returned: [1],
  createdAt: '2026-11-23T12:00:00.000Z',
}
/** A tip of 5 came on top; one pen, 11 with its tax, has come back. */
const found: FoundSale = {
  reference: 'R-1',
  currency: 'USD',
  totalMinor: 37n,
  parts: [{ id: 'pay_1', kind: 'palm', leftMinor: 26n }],
  ticket,
  sale: null,
}

it('offers the pieces that have not come back, each at what is left of the tax', () => {
  expect(piecesLeft(found)).toEqual([2])
  expect([costOfPieces(found, [1]), costOfPieces(found, [2])]).toEqual([10n, 21n])
  expect(someBack(found, [1], 10n)).toEqual({
    lines: [{ line: 0, quantity: 1 }],
    adjustMinor: 0n,
    shares: [{ id: 'pay_1', amountMinor: 10n }],
  })
  expect(someBack(found, [0], 7n)).toMatchObject({ lines: [], adjustMinor: 7n })
  expect(someBack(found, [0], 27n)).toBeNull()
})

it('gives all back with the tip, and less than the lines cost when an amount was given before', () => {
  expect(allBack(found)).toMatchObject({ lines: [{ line: 0, quantity: 2 }], adjustMinor: 5n })
  const less = { ...found, parts: [{ id: 'pay_1', kind: 'palm' as const, leftMinor: 20n }] }
  expect(allBack(less)).toMatchObject({ adjustMinor: -1n, shares: [{ amountMinor: 20n }] })
})
