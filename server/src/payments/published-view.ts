import type { WebhookEventType } from '@paume/contract'
import type { Db } from '../database.ts'
import { invariant } from '../failure.ts'
import type { Published } from './published.ts'
import { readSale } from './sales.ts'
import { findPayout } from './settlement/payouts.ts'
import { findBatch } from './settlement/reports.ts'
import { batchView, payoutView } from './settlement/views.ts'
import { findPayment } from './store.ts'
import { viewPayment } from './view.ts'

/** A published thing in the words of the contract. */
export type Described = {
  type: WebhookEventType
  organisationId: string
  at: Date
  key: string | null
  data: Record<string, unknown>
}

/** What an outbox message of `PUBLISHED_TOPIC` tells, as it stands now; null when it tells nothing after all. */
export async function describePublished(db: Db, message: Record<string, unknown>): Promise<Described | null> {
  const event = message as Omit<Published, 'at'> & { at: string }
  const { type, organisationId, facts } = event
  const at = new Date(event.at)
  if (type === 'sale.changed') {
    const sale = await readSale(db, event.shopId!, event.saleId!)
    // Told once, by whichever part came last; refunds do not take it back.
    if (sale.paidMinor < sale.totalMinor) return null
    return { type: 'sale.paid', organisationId, at, key: `sale.paid:${sale.id}`, data: { sale } }
  }
  const of = { type, organisationId, at, key: null }
  if (event.batchId !== undefined) {
    return { ...of, data: { batch: batchView(await findBatch(db, event.batchId)) } }
  }
  if (event.payoutId !== undefined) {
    return { ...of, data: { payout: payoutView(await findPayout(db, event.payoutId)) } }
  }
  const row = event.paymentId === undefined ? null : await findPayment(db, event.paymentId)
  invariant(row, 'what is published of a payment names it')
  const payment = await viewPayment(db, row)
  if (event.refundId !== undefined) {
    return { ...of, data: { refund: payment.refunds.find(({ id }) => id === event.refundId), payment } }
  }
  if (facts !== undefined) return { ...of, data: { dispute: facts, payment } }
  return { ...of, data: { version: event.version, payment } }
}
