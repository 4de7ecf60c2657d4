import { CURRENCIES } from '@paume/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatAmount, RECEIPT_WIDTH, type ReceiptFacts, receiptLines } from './receipt-layout.ts'

const sale: ReceiptFacts = {
  number: '000042',
  issuedAt: new Date('2026-11-23T14:05:00Z'),
  sandbox: true,
  merchantName: 'Demo Stores',
  shopName: 'Harbour Café',
  reference: 'A-17',
  amountMinor: 2340n,
  tipMinor: 234n,
  capturedMinor: 2574n,
  currency: 'USD',
  card: { brand: 'visa', last4: '4242' },
  state: 'approved',
  refunds: [],
}

describe('a receipt', () => {
  it('reads well in English', () => {
    expect(receiptLines(sale, 'en')).toEqual([
      '*** SANDBOX - NO REAL MONEY ***',
      '          Demo Stores',
      '          Harbour Café',
      '--------------------------------',
      'Receipt                   000042',
      '2026-11-23 14:05 UTC',
      'Sale A-17',
      '--------------------------------',
      'Amount                 23.40 USD',
      'Tip                     2.34 USD',
      'TOTAL                  25.74 USD',
      'VISA                   **** 4242',
      '',
      '          PAID BY PALM',
      '',
      '           Thank you',
      '*** SANDBOX - NO REAL MONEY ***',
    ])
  })

  it('shows refunds and what is left, in French', () => {
    const at = new Date('2026-11-24T09:00:00Z')
    const refunds: ReceiptFacts['refunds'] = [
      { amountMinor: 1000n, at, state: 'succeeded' },
      { amountMinor: 500n, at, state: 'pending' },
    ]
    const lines = receiptLines({ ...sale, currency: 'EUR', refunds }, 'fr')
    expect(lines).toContain('REMBOURSEMENT         -10,00 EUR')
    expect(lines).toContain('2026-11-24 09:00 UTC    en cours')
    expect(lines).toContain('Payé après remb.       15,74 EUR')
  })

  it('says that nothing was charged when it was voided, and SANDBOX only in a sandbox', () => {
    const lines = receiptLines({ ...sale, state: 'cancelled', capturedMinor: 0n, sandbox: false }, 'en').join('\n')
    expect(lines).toContain('VOIDED - NOTHING CHARGED')
    expect(lines).not.toContain('SANDBOX')
  })

  it('never prints past the paper, whatever the names, and keeps every amount whole', () => {
    const facts = fc.record({
      merchantName: fc.string({ minLength: 1, maxLength: 80, unit: 'grapheme' }),
      shopName: fc.string({ minLength: 1, maxLength: 80 }),
      reference: fc.string({ minLength: 1, maxLength: 80 }),
      amountMinor: fc.bigInt({ min: 1n, max: 100_000_000n }),
      currency: fc.constantFrom(...CURRENCIES),
      language: fc.constantFrom('en' as const, 'fr' as const),
    })
    fc.assert(
      fc.property(facts, ({ language, ...more }) => {
        const bent = { ...sale, ...more, tipMinor: 0n, capturedMinor: more.amountMinor }
        const lines = receiptLines(bent, language)
        for (const line of lines) expect([...line].length).toBeLessThanOrEqual(RECEIPT_WIDTH)
        expect(lines.some((line) => line.endsWith(formatAmount(more.amountMinor, more.currency, language)))).toBe(true)
      }),
    )
  })
})

describe('an amount', () => {
  it('has the digits of its currency', () => {
    expect(formatAmount(5n, 'USD', 'en')).toBe('0.05 USD')
    expect(formatAmount(2340n, 'JPY', 'en')).toBe('2340 JPY')
    expect(formatAmount(100_000_000n, 'EUR', 'fr')).toBe('1000000,00 EUR')
  })
})
