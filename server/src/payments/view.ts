import type { Guidance, Payment, Refund } from '@paume/contract'
import type { Db } from '../database.ts'
import { type OperationRow, operationsOf, type PaymentRow } from './store.ts'

/** Amounts are checked against MAX_AMOUNT_MINOR when they come in, so they fit a double exactly. */
const minor = (amount: bigint) => Number(amount)

function refundOf(operation: OperationRow): Refund {
  return {
    id: operation.id,
    amountMinor: minor(operation.amount_minor),
    state: operation.state === 'intended' ? 'pending' : operation.state,
    ...(operation.note === null ? {} : { reason: operation.note }),
    createdAt: operation.created_at.toISOString(),
  }
}

/** The payment as the contract shows it. Nothing of the shopper but brand and last four digits of the card. */
export function paymentView(row: PaymentRow, operations: OperationRow[]): Payment {
  return {
    id: row.id,
    version: row.version,
    state: row.state,
    ...(row.reason === null ? {} : { reason: row.reason }),
    terminalId: row.terminal_id,
    shop: { id: row.shop_id, name: row.shop_name },
    merchantName: row.merchant_name,
    amountMinor: minor(row.amount_minor),
    tipMinor: minor(row.tip_minor),
    totalMinor: minor(row.amount_minor + row.tip_minor),
    currency: row.currency as Payment['currency'],
    reference: row.reference,
    capture: row.capture,
    tip: row.tip,
    askedHand: row.asked_hand,
    hoversLeft: row.hovers_left,
    lastGuidance: row.last_guidance as Guidance[],
    ...(row.card_brand === null || row.card_last4 === null
      ? {}
      : { card: { brand: row.card_brand, last4: row.card_last4 } }),
    capturedMinor: minor(row.captured_minor),
    refundedMinor: minor(row.refunded_minor),
    refunds: operations.filter((operation) => operation.kind === 'refund').map(refundOf),
    ...(row.receipt_id === null ? {} : { receiptId: row.receipt_id }),
    createdAt: row.created_at.toISOString(),
    deadlineAt: row.deadline_at.toISOString(),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at.toISOString() }),
  }
}

export async function viewPayment(db: Db, row: PaymentRow): Promise<Payment> {
  return paymentView(row, await operationsOf(db, row.id))
}
