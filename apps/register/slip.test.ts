import type { Sale, TicketWrite } from '@paume/contract'
import { describe, expect, it } from 'vitest'
import { textIn } from '../language/text.ts'
import { countOf } from './desk/close-day.tsx'
import { goodsLines, saleLines, withGoods } from './slip.ts'
import { newReference, partReference, saleReference } from './ticket.ts'

const TICKET: TicketWrite = {
  currency: 'USD',
  taxMode: 'inclusive',
  totalMinor: 2430,
  lines: [
    { name: 'Cheese sandwich', quantity: 2, unitMinor: 750, taxBasisPoints: 800 },
    { name: 'Salad of everything that grows in the garden', quantity: 1, unitMinor: 840, taxBasisPoints: 800 },
    { name: 'Apple', quantity: 1, unitMinor: 90, taxBasisPoints: 0 },
  ],
  taxes: [
    { taxBasisPoints: 0, netMinor: 90, taxMinor: 0 },
    { taxBasisPoints: 800, netMinor: 2167, taxMinor: 173 },
  ],
}

describe('the slip', () => {
  it('tells goods, total and tax within the paper', () => {
    const lines = goodsLines(TICKET, textIn('en'))
    expect(lines).toEqual([
      'Cheese sandwich',
      '  2 x 7.50                 15.00',
      'Salad of everything that gr 8.40',
      'Apple                       0.90',
      '--------------------------------',
      'TOTAL                  24.30 USD',
      'In this total:',
      'Tax 8% on 21.67             1.73',
    ])
    for (const line of [...lines, ...goodsLines(TICKET, textIn('fr'))]) expect(line.length <= 32).toBe(true)
  })

  it('stands within the receipt of a card, below its head and number', () => {
    const rule = '-'.repeat(32)
    const receipt = ['Harbour Café', rule, 'Receipt 000042', rule, 'TOTAL', 'VISA', rule, 'REFUND']
    expect(withGoods(receipt, ['Apple', 'Salad'])).toEqual([
      ...receipt.slice(0, 4),
      'Apple',
      'Salad',
      rule,
      ...receipt.slice(4),
    ])
  })

  it('tells who paid what, and the change', () => {
    const base = { tipMinor: 0, refundedMinor: 0, createdAt: '2026-11-23T12:00:00Z' }
    const parts = [
      {
        ...base,
        id: 'pay_1',
        kind: 'palm',
        amountMinor: 1430,
        tipMinor: 100,
        state: 'approved',
        card: { brand: 'visa', last4: '4242' },
      },
      { ...base, id: 'pay_2', kind: 'palm', amountMinor: 1000, state: 'declined' },
      { ...base, id: 'otd_1', kind: 'cash', amountMinor: 1000, refundedMinor: 200, state: 'approved' },
    ]
    const sale = { reference: 'R-1', currency: 'USD', createdAt: '2026-11-23T12:00:00Z', parts } as unknown as Sale
    const lines = saleLines(TICKET, sale, 500n, textIn('en'))
    expect(lines.slice(-5)).toEqual([
      'Visa, ends in 4242         14.30',
      '  Tips                      1.00',
      'Cash                       10.00',
      '  Given back               -2.00',
      'Change                      5.00',
    ])
  })
})

describe('numbers', () => {
  it('are short, and parts lead back to their sale', () => {
    const reference = newReference(new Date('2026-11-23T12:00:00Z'))
    expect(reference).toMatch(/^R-1123-[0-9A-HJKMNP-TV-Z]{6}$/)
    expect(saleReference(partReference(reference, 12))).toBe(reference)
    expect(saleReference('T/abc')).toBe('T/abc')
    expect(new Set(Array.from({ length: 200 }, () => newReference())).size).toBe(200)
  })
  it('of a drawer: nothing typed is no count, nought is one, and what is no amount is neither', () => {
    const counts = ['', ' ', '0', '0,00', '49.50', '49,5', 'x', '-1'].map((typed) => countOf(typed, 'USD'))
    expect(counts).toEqual(['none', 'none', 0n, 0n, 4_950n, 4_950n, null, null])
  })
})
