import type { Dispute, DisputeState, PaymentDispute } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { DisputeEvidence } from '../processors/processor.ts'

export type DisputeRow = {
  id: string
  processor: string
  ref: string
  payment_id: string
  organisation_id: string
  amount_minor: bigint
  currency: string
  state: DisputeState
  reason: string
  opened_at: Date
  evidence_due_at: Date | null
  /** Null as long as it is an inquiry: nothing has moved. */
  transfer_id: string | null
  inquiry: boolean
  evidence: DisputeEvidence | null
  evidence_sha256: string | null
  evidence_key: string | null
  evidence_asked_at: Date | null
  evidence_sent_at: Date | null
  evidence_refused: string | null
  ended_at: Date | null
}

/** Most disputes in one answer. */
const SHOWN = 200

export async function findDispute(db: QueryExecutorProvider, id: string): Promise<DisputeRow | null> {
  return (await sql<DisputeRow>`select * from payment_dispute where id = ${id}`.execute(db)).rows[0] ?? null
}

export async function lockDispute(tx: QueryExecutorProvider, id: string): Promise<DisputeRow | null> {
  return (await sql<DisputeRow>`select * from payment_dispute where id = ${id} for update`.execute(tx)).rows[0] ?? null
}

export async function lockByRef(tx: QueryExecutorProvider, processor: string, ref: string): Promise<DisputeRow | null> {
  const { rows } = await sql<DisputeRow>`
    select * from payment_dispute where processor = ${processor} and ref = ${ref} for update`.execute(tx)
  return rows[0] ?? null
}

export async function listDisputes(
  db: QueryExecutorProvider,
  { state, organisation }: { state?: DisputeState | undefined; organisation?: string | undefined },
): Promise<DisputeRow[]> {
  const { rows } = await sql<DisputeRow>`
    select * from payment_dispute
     where (${state ?? null}::text is null or state = ${state ?? null})
       and (${organisation ?? null}::text is null or organisation_id = ${organisation ?? null})
     order by opened_at desc, id desc limit ${SHOWN}`.execute(db)
  return rows
}

const summary = (row: DisputeRow): PaymentDispute => ({
  id: row.id,
  state: row.state,
  ...(row.inquiry ? { inquiry: true } : {}),
  amountMinor: Number(row.amount_minor),
  reason: row.reason,
  openedAt: row.opened_at.toISOString(),
})

export async function disputesOfPayment(db: QueryExecutorProvider, paymentId: string): Promise<PaymentDispute[]> {
  const { rows } = await sql<DisputeRow>`
    select * from payment_dispute where payment_id = ${paymentId} order by opened_at, id`.execute(db)
  return rows.map(summary)
}

/** What of a payment the card holder has taken back or tries to; who only asks has taken nothing. Implements the port `Disputes` of payments. */
export async function claimedMinor(tx: QueryExecutorProvider, paymentId: string): Promise<bigint> {
  const { rows } = await sql<{ minor: bigint }>`
    select coalesce(sum(amount_minor), 0)::bigint as minor from payment_dispute
     where payment_id = ${paymentId} and state <> 'won' and not inquiry`.execute(tx)
  return rows[0]!.minor
}

function evidenceState(row: DisputeRow): Dispute['evidence'] {
  if (row.evidence_sent_at !== null) return 'sent'
  if (row.evidence_refused !== null) return 'refused'
  return row.evidence_key === null ? 'none' : 'under_way'
}

export const viewDispute = (row: DisputeRow): Dispute => ({
  ...summary(row),
  paymentId: row.payment_id,
  organisationId: row.organisation_id,
  currency: row.currency as Dispute['currency'],
  processor: row.processor,
  ref: row.ref,
  ...(row.evidence_due_at === null ? {} : { evidenceDueAt: row.evidence_due_at.toISOString() }),
  evidence: evidenceState(row),
  ...(row.evidence_sent_at === null ? {} : { evidenceSentAt: row.evidence_sent_at.toISOString() }),
  ...(row.evidence_refused === null ? {} : { evidenceRefused: row.evidence_refused }),
  ...(row.ended_at === null ? {} : { endedAt: row.ended_at.toISOString() }),
})
