import { isActive } from '@paume/client'
import type { Payment, PaymentCreate, TicketWrite } from '@paume/contract'
import type { Trouble } from '../language/problem-text.ts'

/** A sale as it was sent, written down before sending: with it the true state is found again after a reload or a lost reply. */
export interface OpenSale {
  terminalId: string
  request: PaymentCreate
  /** What is sold, kept under the sale's reference before it is charged. Not with parts: their sale has been kept before. */
  ticket?: TicketWrite
  idempotencyKey: string
  openedAtMs: number
}

/** What the register does with its one sale. */
export type Sale =
  | { at: 'basket'; trouble?: Trouble }
  /** On its way to the system. */
  | { at: 'sending'; open: OpenSale }
  /** Nobody knows whether it arrived. */
  | { at: 'lost'; open: OpenSale }
  /** On the terminal. `stale`: the connection is gone and the state may be old. */
  | { at: 'running'; open: OpenSale; payment: Payment; cancelling: boolean; stale: boolean; trouble?: Trouble }
  /** The card has not answered; the system keeps asking. */
  | { at: 'unsettled'; open: OpenSale; payment: Payment; stale: boolean }
  | { at: 'paid'; payment: Payment }
  | { at: 'not_paid'; payment: Payment }

export type SaleEvent =
  | { type: 'charge'; open: OpenSale }
  | { type: 'reply_lost' }
  | { type: 'refused'; trouble: Trouble }
  | { type: 'news'; open: OpenSale; payment: Payment }
  | { type: 'connection_lost' }
  | { type: 'cancel' }
  | { type: 'cancel_failed'; trouble: Trouble }
  | { type: 'leave' }

export const SALE_START: Sale = { at: 'basket' }

function saleOf(open: OpenSale, payment: Payment, before: Sale): Sale {
  if (before.at === 'running' && before.payment.id === payment.id && payment.version < before.payment.version)
    return before
  const cancelling = before.at === 'running' && before.cancelling
  if (isActive(payment)) return { at: 'running', open, payment, cancelling, stale: false }
  switch (payment.state) {
    case 'approved':
      return { at: 'paid', payment }
    case 'unknown':
      return { at: 'unsettled', open, payment, stale: false }
    default:
      return { at: 'not_paid', payment }
  }
}

/** The sale after an event. Events that do not fit the state change nothing: a late reply never undoes an end. */
export function nextSale(sale: Sale, event: SaleEvent): Sale {
  switch (event.type) {
    case 'charge':
      return sale.at === 'basket' ? { at: 'sending', open: event.open } : sale
    case 'reply_lost':
      return sale.at === 'sending' ? { at: 'lost', open: sale.open } : sale
    case 'refused':
      return sale.at === 'sending' || sale.at === 'lost' ? { at: 'basket', trouble: event.trouble } : sale
    case 'news':
      return sale.at === 'basket' || sale.at === 'paid' || sale.at === 'not_paid'
        ? sale
        : saleOf(event.open, event.payment, sale)
    case 'connection_lost':
      return sale.at === 'running' || sale.at === 'unsettled' ? { ...sale, stale: true } : sale
    case 'cancel':
      return sale.at === 'running' ? { ...sale, cancelling: true, trouble: undefined } : sale
    case 'cancel_failed':
      return sale.at === 'running' ? { ...sale, cancelling: false, trouble: event.trouble } : sale
    case 'leave':
      return sale.at === 'paid' || sale.at === 'not_paid' ? SALE_START : sale
  }
}

/** A sale that was never heard of is sent again for this long, with the same key; later the shopper has gone. */
export const RESEND_MS = 60_000
export const mayResend = (open: OpenSale, nowMs: number): boolean => nowMs - open.openedAtMs < RESEND_MS

/** What is left to give back. */
export const refundableMinor = (payment: Payment): bigint => {
  const promised = payment.refunds
    .filter(({ state }) => state === 'pending')
    .reduce((sum, each) => sum + each.amountMinor, 0)
  // `refundedMinor` may or may not count refunds under way; the larger of the two readings is never offered twice.
  const settled = payment.refunds
    .filter(({ state }) => state === 'succeeded')
    .reduce((sum, each) => sum + each.amountMinor, 0)
  return BigInt(payment.capturedMinor - Math.max(payment.refundedMinor, settled + promised))
}
/** Approved, but the money is only set aside. */
export const isVoidable = (payment: Payment): boolean => payment.state === 'approved' && payment.capturedMinor === 0
