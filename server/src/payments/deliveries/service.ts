import type { Language, ReceiptDelivery, ReceiptDeliveryRequest } from '@paume/contract'
import { type Selectable, sql } from 'kysely'
import { toTimestamp } from '../../clock.ts'
import { type Tx, withTransaction } from '../../database.ts'
import { Failure, invariant } from '../../failure.ts'
import { newId } from '../../ids.ts'
import { parseMailAddress } from '../../outbox/mail.ts'
import { claimKey, keepReply } from '../idempotency.ts'
import type { IdempotentRequest } from '../inputs.ts'
import type { Caller } from '../ports.ts'
import { addLink } from '../reports/links.ts'
import { checkTerminal } from '../shopper-steps.ts'
import { findPayment, lockPayment, type PaymentRow } from '../store.ts'
import type { PaymentTables } from '../tables.ts'
import type { DeliveryParts } from './parts.ts'

/** The outbox message that sends one receipt. It names the delivery and nothing else. */
export const DELIVERY_TOPIC = 'payments.receipt'

/** Receipts sent of one payment in a day: a mistyped address, a second copy, one after each refund. */
const PER_PAYMENT_A_DAY = 6
/** Receipts to one recipient in an hour, of whatever payments. */
const PER_RECIPIENT_AN_HOUR = 10
const AN_HOUR_MS = 3_600_000
export const A_DAY_MS = 24 * AN_HOUR_MS

type Row = Selectable<PaymentTables['payment_receipt_delivery']>

const view = (row: Pick<Row, 'id' | 'payment_id' | 'kind' | 'state' | 'created_at'>): ReceiptDelivery => ({
  id: row.id,
  paymentId: row.payment_id,
  kind: row.kind,
  state: row.state,
  createdAt: toTimestamp(row.created_at),
})

/** What was typed, as it is sent to; null: nothing was. */
async function addressOf(
  parts: DeliveryParts,
  caller: Caller,
  to: ReceiptDeliveryRequest['to'],
): Promise<string | null> {
  switch (to.kind) {
    case 'mail':
      return parseMailAddress(to.address)
    case 'phone':
      return parts.texts.parse(to.number, caller.shopId)
    case 'shopper_phone':
      return null
  }
}

/**
 * Puts a receipt on its way. Says nothing of whether the shopper still has a phone. Throws `mail_unavailable`, `mail_address_invalid`,
 * `phone_invalid`, `payment_unknown`, `not_found` before approval, `rate_limited`, `idempotency_key_conflict`.
 */
export async function requestDelivery(
  parts: DeliveryParts,
  caller: Caller,
  paymentId: string,
  { to, language }: ReceiptDeliveryRequest,
  idempotent: IdempotentRequest,
): Promise<ReceiptDelivery> {
  if (to.kind === 'mail' && parts.mail === null) throw new Failure('mail_unavailable')
  const address = await addressOf(parts, caller, to)
  // What the key stands for is kept for long: without the address, or a plain hash that guesses could be tried on.
  const body = { kind: to.kind, recipient: address && parts.vault.hmac(address), language: language ?? null }
  const hidden = { ...idempotent, body }
  return withTransaction(parts.db, async (tx) => {
    const now = new Date(parts.clock.nowMs())
    const row = await lockPayment(tx, paymentId)
    checkTerminal(row, caller)
    const claim = await claimKey(tx, caller.deviceId, hidden, now)
    if (claim.kind === 'seen') {
      invariant(claim.reply, 'the reply is kept in the transaction of the claim')
      return claim.reply as ReceiptDelivery
    }
    if (row.receipt_id === null)
      throw new Failure('not_found', { detail: 'There is a receipt once a payment is approved.' })
    const delivery = await queue(
      parts,
      tx,
      { row, kind: to.kind, address, language: language ?? null, askedBy: caller.deviceId },
      now,
    )
    await keepReply(tx, caller.deviceId, idempotent.key, paymentId, delivery)
    return delivery
  })
}

type Wish = {
  row: PaymentRow
  kind: ReceiptDelivery['kind']
  address: string | null
  language: Language | null
  askedBy: string
}

async function queue(parts: DeliveryParts, tx: Tx, wish: Wish, now: Date): Promise<ReceiptDelivery> {
  const { row, address } = wish
  const recipient = parts.vault.hmac(address?.toLowerCase() ?? `${row.shopper_id}`)
  await limit(tx, row.id, recipient, now)
  const id = newId('receiptDelivery', now.getTime())
  const delivery = await tx
    .insertInto('payment_receipt_delivery')
    .values({
      id,
      payment_id: row.id,
      kind: wish.kind,
      language: wish.language,
      recipient_hmac: recipient,
      address_sealed: address === null ? null : parts.vault.seal(address, id),
      asked_by: wish.askedBy,
      created_at: now,
      settled_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await addLink(tx, { token: parts.links.of(id), paymentId: row.id, language: wish.language }, now)
  await parts.outbox.enqueue(tx, DELIVERY_TOPIC, { deliveryId: id })
  return view(delivery)
}

/** The payment is locked; for the recipient others wait here, so that side by side all are counted. */
async function limit(tx: Tx, paymentId: string, recipient: string, now: Date): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${recipient}, 0))`.execute(tx)
  const day = new Date(now.getTime() - A_DAY_MS)
  const hour = new Date(now.getTime() - AN_HOUR_MS)
  const { rows } = await sql<{ payment: number; recipient: number }>`select
    (select count(*)::int from payment_receipt_delivery where payment_id = ${paymentId} and created_at > ${day}) as payment,
    (select count(*)::int from payment_receipt_delivery where recipient_hmac = ${recipient} and created_at > ${hour}) as recipient`.execute(
    tx,
  )
  const sent = rows[0]!
  if (sent.payment >= PER_PAYMENT_A_DAY || sent.recipient >= PER_RECIPIENT_AN_HOUR) throw new Failure('rate_limited')
}

/** Oldest first. Throws `payment_unknown`. */
export async function listDeliveries(
  { db }: DeliveryParts,
  caller: Caller,
  paymentId: string,
): Promise<ReceiptDelivery[]> {
  const row = await findPayment(db, paymentId)
  if (!row) throw new Failure('payment_unknown')
  checkTerminal(row, caller)
  const rows = await db
    .selectFrom('payment_receipt_delivery')
    .selectAll()
    .where('payment_id', '=', paymentId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(view)
}
