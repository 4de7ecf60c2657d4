import type { WebhookEventType } from '@paume/contract'
import { sql } from 'kysely'
import { type Tx, withTransaction } from '../../database.ts'
import { newId } from '../../ids.ts'
import { workThrough } from '../../rounds.ts'
import { holdTransfer, settleTransfer } from '../ledger/store.ts'
import { nowOf, type PaymentParts } from '../parts.ts'
import { type Dispute, type Processor, ProcessorFailure } from '../processors/processor.ts'
import { publish } from '../published.ts'
import { lockPayment, movePayment, type PaymentRow } from '../store.ts'
import { type DisputeRow, lockByRef } from './store.ts'

/** An open dispute is asked after at least this often, ms: a message may be lost, and every message but the last may have been late. */
const LOOK_AGAIN_MS = 3_600_000
const BATCH = 100

/**
 * Asks the processor how a dispute stands and writes it down with its transfer in the ledger. Safe to repeat, in any order: only what
 * the processor says now counts. Throws while it cannot be asked.
 */
export async function followDispute(parts: PaymentParts, name: string, ref: string): Promise<void> {
  const processor = parts.processors[name]
  if (processor === undefined || !processor.capabilities.disputes) return
  const told = await processor.fetchDispute(ref)
  if (told === null) return
  const paymentId = await paymentOf(parts, processor, told)
  if (paymentId === null) return
  await recordDispute(parts, name, paymentId, told)
}

/** Whose charge it is. By our key, as charges are known for certain; a dispute that comes before we wrote the charge down is no other. */
async function paymentOf(parts: PaymentParts, processor: Processor, told: Dispute): Promise<string | null> {
  const charge = await processor.fetch({ ref: told.chargeRef })
  if (charge === null) return null
  const { rows } = await sql<{ id: string }>`
    select p.id from payment_operation o join payment p on p.id = o.payment_id
     where o.processor_key = ${charge.key} and o.kind = 'authorise' and p.processor = ${processor.name}`.execute(
    parts.db,
  )
  return rows[0]?.id ?? null
}

function recordDispute(parts: PaymentParts, name: string, paymentId: string, told: Dispute): Promise<void> {
  return withTransaction(parts.db, async (tx) => {
    const row = await lockPayment(tx, paymentId)
    // The capture is not written down yet: said again by the outbox when it is.
    if (row.captured_minor === 0n) throw new ProcessorFailure('not_performed', 'capture_not_recorded')
    const known = await lockByRef(tx, name, told.ref)
    const now = nowOf(parts)
    if (known === null) return openDispute(parts, tx, row, name, told, now)
    await sql`update payment_dispute set looked_at = ${now} where id = ${known.id}`.execute(tx)
    if (known.state === told.state && known.inquiry === told.inquiry) return
    if (known.ended_at !== null) {
      // A decision that was turned: people have to book it, and settlement shows the difference.
      await parts.audit.append(tx, 'dispute.turned', { disputeId: known.id, paymentId, state: told.state })
      return
    }
    await changeDispute(parts, tx, row, known, told, now)
  })
}

/** What the processor's list calls a dispute: a name within an account, where ours carries the account before it. */
const listedAs = (ref: string) => ref.split('/').at(-1)!

async function openDispute(parts: PaymentParts, tx: Tx, row: PaymentRow, name: string, told: Dispute, now: Date) {
  const id = newId('dispute', now.getTime())
  const { organisation_id: organisationId, currency } = row
  const transferId = told.inquiry ? null : await holdDisputed(tx, row, told, now)
  const over = told.state === 'won' || told.state === 'lost'
  await sql`
    insert into payment_dispute (id, processor, ref, payment_id, organisation_id, amount_minor, currency, state, reason, opened_at,
                                 evidence_due_at, transfer_id, inquiry, looked_at, ended_at)
    values (${id}, ${name}, ${told.ref}, ${row.id}, ${organisationId}, ${told.amountMinor}, ${currency}, ${told.state}, ${told.reason},
            ${told.openedAt}, ${told.evidenceDueAt}, ${transferId}, ${told.inquiry}, ${now}, ${over ? now : null})`.execute(
    tx,
  )
  const facts = {
    disputeId: id,
    amountMinor: Number(told.amountMinor),
    currency,
    reason: told.reason,
    ...(told.inquiry ? { inquiry: true } : {}),
  }
  await tell(parts, tx, row, 'dispute.opened', { ...facts, state: told.state }, now)
  if (over) await endDispute(parts, tx, row, { id, transferId }, told, now)
}

/** The bank takes the money: held in the books until the dispute ends. Answers the transfer's name. */
async function holdDisputed(tx: Tx, row: PaymentRow, told: Dispute, now: Date): Promise<string> {
  const id = listedAs(told.ref)
  const { organisation_id: organisationId, currency } = row
  const book = { organisationId, currency, paymentId: row.id }
  await holdTransfer(tx, { ...book, id, kind: 'dispute', amountMinor: told.amountMinor }, now)
  return id
}

/** An inquiry whose bank was not content: now the money is taken, and the merchant may answer anew. What was sent stands in the audit. */
async function takeInquired(tx: Tx, row: PaymentRow, known: DisputeRow, told: Dispute, now: Date): Promise<string> {
  const transferId = await holdDisputed(tx, row, told, now)
  await sql`
    update payment_dispute set inquiry = false, transfer_id = ${transferId}, amount_minor = ${told.amountMinor}, reason = ${told.reason},
           evidence = null, evidence_sha256 = null, evidence_key = null, evidence_asked_at = null, evidence_sent_at = null,
           evidence_refused = null
     where id = ${known.id}`.execute(tx)
  return transferId
}

async function changeDispute(
  parts: PaymentParts,
  tx: Tx,
  row: PaymentRow,
  known: DisputeRow,
  told: Dispute,
  now: Date,
) {
  const over = told.state === 'won' || told.state === 'lost'
  const transferId = known.inquiry && !told.inquiry ? await takeInquired(tx, row, known, told, now) : known.transfer_id
  await sql`
    update payment_dispute set state = ${told.state}, evidence_due_at = ${told.evidenceDueAt}, ended_at = ${over ? now : null}
     where id = ${known.id}`.execute(tx)
  if (over) return endDispute(parts, tx, row, { id: known.id, transferId }, told, now)
  const facts = { disputeId: known.id, state: told.state, ...(known.inquiry ? { inquiry: told.inquiry } : {}) }
  await tell(parts, tx, row, 'dispute.changed', facts, now)
}

/** Won: the merchant's again, as if nothing had been. Lost: gone for good. An inquiry ends without anything to book. */
async function endDispute(
  parts: PaymentParts,
  tx: Tx,
  row: PaymentRow,
  { id, transferId }: { id: string; transferId: string | null },
  told: Dispute,
  now: Date,
) {
  if (transferId !== null) await settleTransfer(tx, transferId, { kind: told.state === 'won' ? 'void' : 'post' }, now)
  const current = await lockPayment(tx, row.id)
  await tell(parts, tx, current, told.state === 'won' ? 'dispute.won' : 'dispute.lost', { disputeId: id }, now)
}

async function tell(
  parts: PaymentParts,
  tx: Tx,
  row: PaymentRow,
  type: WebhookEventType & `dispute.${string}`,
  facts: Record<string, string | number | boolean>,
  now: Date,
) {
  const moved = await movePayment(tx, row, 'dispute', now, { disputed: true })
  await parts.audit.append(tx, type, { paymentId: row.id, ...facts })
  const of = { organisationId: row.organisation_id, at: now, paymentId: row.id, version: moved.version }
  await publish(tx, { ...of, type, facts })
}

/** Asks after open disputes that nobody told of for a while. */
export async function followOpen(parts: PaymentParts): Promise<void> {
  const before = new Date(parts.clock.nowMs() - LOOK_AGAIN_MS)
  const { rows } = await sql<Pick<DisputeRow, 'processor' | 'ref'>>`
    select processor, ref from payment_dispute where ended_at is null and looked_at <= ${before}
     order by looked_at limit ${BATCH}`.execute(parts.db)
  await workThrough(rows, ({ processor, ref }) => followDispute(parts, processor, ref))
}
