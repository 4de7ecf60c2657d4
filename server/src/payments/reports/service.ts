import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { withTransaction } from '../../database.ts'
import { Failure, invariant } from '../../failure.ts'
import { newId } from '../../ids.ts'
import { nowOf } from '../parts.ts'
import { publish } from '../published.ts'
import { findPayment, lockPayment, movePayment, type PaymentRow } from '../store.ts'
import { notify } from './notices.ts'
import type { ReportParts } from './parts.ts'
import { endReport, insertReport, latestReport, noteLifted, type ReportRow } from './store.ts'

type Tx = Parameters<typeof lockPayment>[0]

/** How long the page that answers a report can take it back, ms: time to see that the wrong thing was pressed. */
export const UNDO_TTL_MS = 10 * 60_000

const sha256 = (secret: string) => createHash('sha256').update(secret).digest()

/** How the report of a payment stands. `undo`: only in the answer to the report itself. */
export type Reported = { row: PaymentRow; report: ReportRow; undo: string | null }

/**
 * The person who was recognised says that it was not them. From the commit on nothing is paid with their palms; the payment is marked,
 * somebody has to decide, the person's own phone is told. A second time it changes nothing and answers how it stands.
 */
export function reportPayment(parts: ReportParts, paymentId: string, via: ReportRow['via']): Promise<Reported> {
  return withTransaction(parts.db, async (tx) => {
    const now = nowOf(parts)
    const row = await lockPayment(tx, paymentId)
    invariant(row.shopper_id, 'a payment with a receipt has a shopper')
    const known = await latestReport(tx, paymentId)
    if (known !== null && known.state !== 'withdrawn') return { row, report: known, undo: null }
    const id = newId('paymentReport', now.getTime())
    const undo = randomBytes(24).toString('base64url')
    await insertReport(tx, {
      id,
      payment_id: paymentId,
      organisation_id: row.organisation_id,
      shopper_id: row.shopper_id,
      via,
      reported_at: now,
      undo_sha256: sha256(undo),
      undo_until: new Date(now.getTime() + UNDO_TTL_MS),
    })
    await parts.freezes.freeze(tx, row.shopper_id, id, now)
    await parts.endSessions(tx, row.shopper_id)
    const moved = await mark(tx, row, now)
    await parts.audit.append(tx, 'payment.reported', { paymentId, reportId: id, shopperId: row.shopper_id, via })
    await notify(parts, tx, row.shopper_id, 'frozen')
    const { organisation_id: organisationId } = row
    await publish(tx, { type: 'payment.reported', organisationId, at: now, paymentId, version: moved.version })
    return { row: moved, report: (await latestReport(tx, paymentId))!, undo }
  })
}

/** An approved payment moves, so that tills hear of it; one that is over stays as it is, marked. */
export async function mark(tx: Tx, row: PaymentRow, now: Date): Promise<PaymentRow> {
  if (row.state === 'approved') return movePayment(tx, row, 'report', now, { reported: true })
  await tx.updateTable('payment').set({ reported: true }).where('id', '=', row.id).execute()
  return { ...row, reported: true }
}

/**
 * Takes a report back, from the page that answered it and within minutes: a link that lies in a mailbox for months cannot. Answers how
 * it stands; a secret that does not fit, comes late or after a decision changes nothing.
 */
export function withdrawReport(parts: ReportParts, paymentId: string, undo: string): Promise<Reported | null> {
  return withTransaction(parts.db, async (tx) => {
    const now = nowOf(parts)
    const row = await lockPayment(tx, paymentId)
    const report = await latestReport(tx, paymentId)
    if (report === null) return null
    const secret = report.undo_sha256
    const fits = secret !== null && now < report.undo_until && timingSafeEqual(secret, sha256(undo))
    if (report.state !== 'open' || !fits) return { row, report, undo: null }
    await liftOne(parts, tx, report, 'withdrawn', now)
    await endReport(tx, report.id, { state: 'withdrawn', refundId: null, note: null }, now)
    const moved = await mark(tx, row, now)
    await parts.audit.append(tx, 'payment.report_withdrawn', { paymentId, reportId: report.id })
    return { row: moved, report: (await latestReport(tx, paymentId))!, undo: null }
  })
}

/** Lifts what this report froze, if that was not lifted before; what other reports froze stays. */
export async function liftOne(
  parts: ReportParts,
  tx: Tx,
  { id, shopper_id: shopperId }: Pick<ReportRow, 'id' | 'shopper_id'>,
  by: 'withdrawn' | 'operator',
  now: Date,
): Promise<void> {
  const lifted = await parts.freezes.lift(tx, shopperId, id, now)
  await noteLifted(tx, [id], now)
  if (lifted.length === 0) return
  await parts.audit.append(tx, 'palm.freeze_lifted', { shopperId, reportId: id, by })
  if ((await parts.freezes.frozenSince(tx, shopperId)) === null) await notify(parts, tx, shopperId, 'lifted')
}

/** A shopper who has signed in by the code to their phone may pay again. The reports themselves stay open. Safe to repeat. */
export function unfreezeOwn(parts: ReportParts, shopperId: string): Promise<void> {
  return withTransaction(parts.db, async (tx) => {
    const now = nowOf(parts)
    const lifted = await parts.freezes.lift(tx, shopperId, null, now)
    if (lifted.length === 0) return
    await noteLifted(tx, lifted, now)
    await parts.audit.append(tx, 'palm.freeze_lifted', { shopperId, by: 'shopper', reports: lifted.length })
    await notify(parts, tx, shopperId, 'lifted')
  })
}

/** A signed-in shopper's own payment, with a receipt. Throws `payment_unknown`. */
export async function reportOwn(parts: ReportParts, shopperId: string, paymentId: string): Promise<string> {
  const row = await findPayment(parts.db, paymentId)
  if (row === null || row.shopper_id !== shopperId || row.receipt_id === null) throw new Failure('payment_unknown')
  return (await reportPayment(parts, paymentId, 'session')).report.id
}
