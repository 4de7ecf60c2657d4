import type { WebhookEventType } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { createOutbox } from '../outbox/service.ts'

/** What payments tells the rest of the house goes into the outbox under this topic. */
export const PUBLISHED_TOPIC = 'payments.published'

/**
 * One thing that happened, by identifiers. `sale.changed` becomes `sale.paid` when somebody looks and it is. What is told of a dispute
 * stands in `facts`; everything else is read again when the message is made.
 */
export type Published = {
  type:
    | Exclude<WebhookEventType, 'sale.paid' | 'webhook.test' | `gate.${string}` | `admission.${string}`>
    | 'sale.changed'
  organisationId: string
  at: Date
  paymentId?: string
  /** Of the payment, at that moment. */
  version?: number
  /** The operation of a refund. */
  refundId?: string
  saleId?: string
  shopId?: string
  batchId?: string
  payoutId?: string
  /** Codes, counts and identifiers of ours. Never a name, a phone or a card number. */
  facts?: Record<string, string | number | boolean | null>
}

const outbox = createOutbox()

/** Says in the transaction of what it tells that it happened: heard of when that commits, and only then. Nothing where nobody listens. */
export async function publish(tx: QueryExecutorProvider, { at, ...event }: Published): Promise<void> {
  const heard = sql<boolean>`exists (select 1 from payment_audience where organisation_id = ${event.organisationId})`
  await outbox.enqueue(tx, PUBLISHED_TOPIC, { ...event, at: at.toISOString() }, heard)
}

/** Somebody wants to hear of this organisation, or nobody any more. */
export async function listenTo(tx: QueryExecutorProvider, organisationId: string, on: boolean): Promise<void> {
  await (on
    ? sql`insert into payment_audience (organisation_id) values (${organisationId}) on conflict do nothing`
    : sql`delete from payment_audience where organisation_id = ${organisationId}`
  ).execute(tx)
}

/** The row of a payment, as far as it is looked at here. */
type Seen = {
  id: string
  version: number
  state: string
  organisation_id: string
  shop_id: string
  sale_id: string | null
  captured_minor: bigint
  authorised_minor: bigint
}

const TOLD_STATES = ['approved', 'declined', 'cancelled', 'expired', 'unknown'] as const

/** Whether a move means something outside. */
export const isTold = (before: Seen, after: Seen): boolean =>
  after.state === 'approved' || (after.state !== before.state && TOLD_STATES.some((state) => state === after.state))

/** Publishes, all in one turn, what a move of a payment means to the outside: how it ended, or what was done to it since. Most moves mean nothing there. */
export async function publishMove(tx: QueryExecutorProvider, before: Seen, after: Seen, at: Date): Promise<void> {
  const { id: paymentId, version, organisation_id: organisationId, shop_id: shopId, sale_id: saleId } = after
  const of = { organisationId, at, paymentId, version }
  const told = TOLD_STATES.find((state) => state === after.state)
  if (told !== undefined && after.state !== before.state) {
    await Promise.all([
      publish(tx, { ...of, type: `payment.${told}` }),
      told === 'approved' &&
        saleId !== null &&
        publish(tx, { type: 'sale.changed', organisationId, at, saleId, shopId }),
    ])
  } else if (after.state === 'approved') {
    if (after.captured_minor > before.captured_minor) await publish(tx, { ...of, type: 'payment.captured' })
    else if (after.authorised_minor > before.authorised_minor) await publish(tx, { ...of, type: 'payment.incremented' })
  }
}
