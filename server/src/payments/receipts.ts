import { type Currency, LANGUAGES, type Language, type Receipt } from '@paume/contract'
import { Failure } from '../failure.ts'
import { type PaymentParts, processorOf } from './parts.ts'
import type { Caller } from './ports.ts'
import { receiptLines } from './receipt-layout.ts'
import { type OperationRow, operationsOf, type PaymentRow } from './store.ts'
import { currentPayment } from './waiting.ts'

/** Six digits hold a shop for years; a longer number is simply longer. */
const receiptNumber = (number: number) => String(number).padStart(6, '0')

/** A tip told at the capture leaves the rest of what was taken for the goods; else they cost what was asked for. */
const goodsMinor = (row: PaymentRow, operations: OperationRow[]): bigint =>
  operations.some(({ kind, state, tip_minor }) => kind === 'capture' && state === 'succeeded' && tip_minor !== null)
    ? row.captured_minor - row.tip_minor
    : row.amount_minor

/** The receipt of an approved payment as it stands now: later refunds are on it. Throws `payment_unknown`, `not_found`. */
export async function readReceipt(
  parts: PaymentParts,
  caller: Caller | null,
  paymentId: string,
  language?: Language,
): Promise<Receipt> {
  const row = await currentPayment(parts, paymentId, caller ?? undefined)
  const issued = await parts.db
    .selectFrom('payment_receipt')
    .selectAll()
    .where('payment_id', '=', paymentId)
    .executeTakeFirst()
  if (!issued) throw new Failure('not_found', { detail: 'There is a receipt once a payment is approved.' })
  const operations = await operationsOf(parts.db, paymentId)
  const shops = LANGUAGES.find((known) => known === row.language) ?? 'en'
  const number = receiptNumber(issued.number)
  const { sandbox } = processorOf(parts, row.processor)
  const lines = receiptLines(
    {
      number,
      issuedAt: issued.issued_at,
      sandbox,
      merchantName: row.merchant_name,
      shopName: row.shop_name,
      reference: row.reference,
      amountMinor: goodsMinor(row, operations),
      tipMinor: row.tip_minor,
      capturedMinor: row.captured_minor,
      currency: row.currency as Currency,
      card:
        row.card_brand !== null && row.card_last4 !== null ? { brand: row.card_brand, last4: row.card_last4 } : null,
      state: row.state,
      refunds: operations
        .filter((operation) => operation.kind === 'refund')
        .map(({ amount_minor, created_at, state }) => ({
          amountMinor: amount_minor,
          at: created_at,
          state: state === 'intended' ? 'pending' : state,
        })),
    },
    language ?? shops,
  )
  return { id: issued.id, paymentId, number, lines, issuedAt: issued.issued_at.toISOString(), sandbox }
}
