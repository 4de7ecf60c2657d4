import { CURRENCY_DIGITS, type Currency, type Language } from '@paume/contract'
import { dinero, toDecimal } from 'dinero.js'

/** Columns of a small receipt printer, characters. */
export const RECEIPT_WIDTH = 32

export type ReceiptFacts = {
  number: string
  issuedAt: Date
  sandbox: boolean
  merchantName: string
  shopName: string
  reference: string
  amountMinor: bigint
  tipMinor: bigint
  capturedMinor: bigint
  currency: Currency
  card: { brand: string; last4: string } | null
  /** `approved` is a sale; `cancelled` one that was voided; `expired` one whose authorisation lapsed. */
  state: string
  refunds: { amountMinor: bigint; at: Date; state: 'pending' | 'succeeded' | 'failed' }[]
}

const WORDS = {
  en: {
    sandbox: '*** SANDBOX - NO REAL MONEY ***',
    receipt: 'Receipt',
    sale: 'Sale',
    amount: 'Amount',
    tip: 'Tip',
    total: 'TOTAL',
    captured: 'Charged',
    paid: 'PAID BY PALM',
    authorised: 'AUTHORISED BY PALM',
    voided: 'VOIDED - NOTHING CHARGED',
    refund: 'REFUND',
    pending: 'under way',
    failed: 'failed',
    left: 'Paid after refunds',
    thanks: 'Thank you',
  },
  fr: {
    sandbox: '** BAC À SABLE - SANS ARGENT **',
    receipt: 'Reçu',
    sale: 'Vente',
    amount: 'Montant',
    tip: 'Pourboire',
    total: 'TOTAL',
    captured: 'Débité',
    paid: 'PAYÉ PAR LA PAUME',
    authorised: 'AUTORISÉ PAR LA PAUME',
    voided: 'ANNULÉ - RIEN DE DÉBITÉ',
    refund: 'REMBOURSEMENT',
    pending: 'en cours',
    failed: 'échoué',
    left: 'Payé après remb.',
    thanks: 'Merci',
  },
} as const

/** An amount as people write it: 23.40 USD, 23,40 EUR, 2340 JPY, 1.250 KWD. */
export function formatAmount(amountMinor: bigint, currency: Currency, language: Language): string {
  const decimal = toDecimal(
    dinero({
      amount: Number(amountMinor),
      currency: { code: currency, base: 10, exponent: CURRENCY_DIGITS[currency] },
    }),
  )
  return `${language === 'fr' ? decimal.replace('.', ',') : decimal} ${currency}`
}

const characters = (text: string) => [...text]
const centred = (text: string) => {
  const short = characters(text).slice(0, RECEIPT_WIDTH).join('')
  return ' '.repeat(Math.floor((RECEIPT_WIDTH - characters(short).length) / 2)) + short
}

/** Left and right on one line; the left gives way, never the amount. */
function pair(left: string, right: string): string {
  const room = RECEIPT_WIDTH - characters(right).length - 1
  const fitted = characters(left).slice(0, Math.max(0, room)).join('')
  return fitted + ' '.repeat(RECEIPT_WIDTH - characters(fitted).length - characters(right).length) + right
}

/** Breaks at spaces; a word longer than the paper is cut. */
function wrapped(text: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).flatMap((w) => w.match(/.{1,32}/gu) ?? [])) {
    const longer = line === '' ? word : `${line} ${word}`
    if (characters(longer).length <= RECEIPT_WIDTH) line = longer
    else {
      lines.push(line)
      line = word
    }
  }
  return line === '' ? lines : [...lines, line]
}

const time = (at: Date) => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
const RULE = '-'.repeat(RECEIPT_WIDTH)

/** The receipt's lines, none longer than the paper. The same facts give the same lines. */
export function receiptLines(facts: ReceiptFacts, language: Language): string[] {
  const words = WORDS[language]
  const money = (amountMinor: bigint) => formatAmount(amountMinor, facts.currency, language)
  const totalMinor = facts.amountMinor + facts.tipMinor
  const lines = facts.sandbox ? [centred(words.sandbox)] : []
  lines.push(...wrapped(facts.merchantName).map(centred))
  if (facts.shopName !== facts.merchantName) lines.push(...wrapped(facts.shopName).map(centred))
  lines.push(
    RULE,
    pair(words.receipt, facts.number),
    time(facts.issuedAt),
    ...wrapped(`${words.sale} ${facts.reference}`),
    RULE,
  )
  if (facts.tipMinor > 0n)
    lines.push(pair(words.amount, money(facts.amountMinor)), pair(words.tip, money(facts.tipMinor)))
  lines.push(pair(words.total, money(totalMinor)))
  if (facts.capturedMinor > 0n && facts.capturedMinor !== totalMinor)
    lines.push(pair(words.captured, money(facts.capturedMinor)))
  if (facts.card) lines.push(pair(facts.card.brand.toUpperCase(), `**** ${facts.card.last4}`))
  lines.push(
    '',
    centred(facts.state !== 'approved' ? words.voided : facts.capturedMinor > 0n ? words.paid : words.authorised),
  )
  if (facts.refunds.length > 0) lines.push(RULE)
  for (const refund of facts.refunds) {
    lines.push(pair(words.refund, `-${money(refund.amountMinor)}`))
    lines.push(refund.state === 'succeeded' ? time(refund.at) : pair(time(refund.at), words[refund.state]))
  }
  const refundedMinor = facts.refunds.filter((r) => r.state === 'succeeded').reduce((sum, r) => sum + r.amountMinor, 0n)
  if (refundedMinor > 0n) lines.push(pair(words.left, money(facts.capturedMinor - refundedMinor)))
  lines.push('', centred(words.thanks))
  if (facts.sandbox) lines.push(centred(words.sandbox))
  return lines
}
