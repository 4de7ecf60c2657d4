import { type Dispute, type DisputeEvidence, ProcessorFailure } from '../processor.ts'
import { asJson, type Books, findCharge, INSERT_EVENTS, Overtaken } from './books.ts'
import { type ChargeRecord, DISPUTE_REVIEW_MS, type DisputeRow, disputesAt, endOf } from './charge-record.ts'
import { type EventType, eventOf, wanted } from './events.ts'
import { fingerprint } from './refs.ts'
import { disputeEvents, leftMinor, openedDispute } from './rules.ts'

const refuse = (reason: string) => new ProcessorFailure('refused', reason)

type Open = { record: ChargeRecord; row: DisputeRow; dispute: Dispute; now: Date; eventTypes: string[] }

/** The dispute as it is now; null when there is none of that name, or none yet. */
async function find(books: Books, ref: string): Promise<Open | null> {
  const text = 'select charge_ref from sandbox_processor.dispute where ref = $1'
  const [named] = await books.look<{ charge_ref: string }>('dispute', text, [ref])
  if (!named) return null
  const { record, now, setting } = await findCharge(books, { ref: named.charge_ref })
  const row = record?.disputes.find((candidate) => candidate.ref === ref)
  const dispute = record === null ? undefined : disputesAt(record, now).find((candidate) => candidate.ref === ref)
  return record && row && dispute ? { record, row, dispute, now, eventTypes: setting.event_types } : null
}

export async function fetchDispute(books: Books, ref: string): Promise<Dispute | null> {
  return (await find(books, ref))?.dispute ?? null
}

const aboutDispute = (row: DisputeRow) => ({ kind: 'dispute', disputeRef: row.ref, chargeRef: row.charge_ref }) as const

const ANSWER = `with d as (
    update sandbox_processor.dispute set evidence_key = $2, evidence_sha256 = $3, evidence = $4, answered_at = $5
     where ref = $1 and evidence_key is null and ruled_at is null returning ref),
  e as (${INSERT_EVENTS('$6', 'd')}) select ref from d`

/** Answers a dispute, once. What decides it later is already sure; its message waits for its time. */
export function submitEvidence(
  books: Books,
  request: { key: string; disputeRef: string; evidence: DisputeEvidence },
): Promise<Dispute> {
  return books.settle(async () => {
    const found = await find(books, request.disputeRef)
    if (!found) throw refuse('dispute_unknown')
    const { row, dispute, now, eventTypes } = found
    const sha256 = fingerprint(...request.evidence.flatMap(({ heading, text }) => [heading, text]))
    if (row.evidence_key === request.key) {
      if (row.evidence_sha256 !== sha256) throw refuse('key_of_another_request')
      return dispute
    }
    if (dispute.state === 'won' || dispute.state === 'lost') throw refuse('dispute_closed')
    if (row.evidence_key !== null) throw refuse('dispute_answered')
    const decided: EventType = row.answered === 'won' ? 'dispute.won' : 'dispute.lost'
    const events = [
      eventOf('dispute.under_review', aboutDispute(row), now),
      eventOf(decided, aboutDispute(row), new Date(now.getTime() + DISPUTE_REVIEW_MS)),
    ]
    const values = [row.ref, request.key, sha256, asJson(request.evidence), now, asJson(wanted(events, eventTypes))]
    if ((await books.write('answer-dispute', ANSWER, values)).length === 0) throw new Overtaken()
    return { ...dispute, state: 'under_review' }
  })
}

/** What was sent against a dispute, as the people of the scheme read it. null: nothing yet. */
export async function evidenceOf(books: Books, ref: string): Promise<DisputeEvidence | null> {
  const text = 'select evidence from sandbox_processor.dispute where ref = $1'
  const [row] = await books.look<{ evidence: DisputeEvidence | null }>('evidence', text, [ref])
  return row?.evidence ?? null
}

const OPEN = `with c as (update sandbox_processor.charge set version = version + 1 where ref = $3 and version = $4 returning ref),
  d as (insert into sandbox_processor.dispute (ref, charge_ref, reason, answered, opens_at, due_at)
    select r.* from c, jsonb_to_recordset($1) as r(ref text, charge_ref text, reason text, answered text,
      opens_at timestamptz, due_at timestamptz)),
  e as (${INSERT_EVENTS('$2', 'c')})
  select ref from c`

/** The holder disputes now all that is left of a captured charge. Throws `refused: charge_unknown | nothing_to_dispute`. */
export function openDispute(
  books: Books,
  chargeRef: string,
  { reason, answered }: { reason: string; answered: 'won' | 'lost' },
): Promise<Dispute> {
  return books.settle(async () => {
    const { record, now, setting } = await findCharge(books, { ref: chargeRef })
    if (!record) throw refuse('charge_unknown')
    if (leftMinor(record, now) <= 0n) throw refuse('nothing_to_dispute')
    const row = openedDispute(chargeRef, { reason, answered }, now)
    const events = wanted(disputeEvents(row), setting.event_types)
    const written = await books.write('open-dispute', OPEN, [
      asJson([row]),
      asJson(events),
      chargeRef,
      record.charge.version,
    ])
    if (written.length === 0) throw new Overtaken()
    return disputesAt({ ...record, disputes: [...record.disputes, row] }, now).find(({ ref }) => ref === row.ref)!
  })
}

const RULE = `with d as (
    update sandbox_processor.dispute set ruling = $2, ruled_at = $3 where ref = $1 and ruled_at is null returning ref),
  e as (${INSERT_EVENTS('$4', 'd')})
  select ref from d`

/** The scheme decides now, answered or not. Throws `refused: dispute_unknown | dispute_closed`. */
export function decideDispute(books: Books, ref: string, outcome: 'won' | 'lost'): Promise<Dispute> {
  return books.settle(async () => {
    const found = await find(books, ref)
    if (!found) throw refuse('dispute_unknown')
    const { row, dispute, now, eventTypes } = found
    if (endOf(row).at <= now) throw refuse('dispute_closed')
    const events = wanted([eventOf(`dispute.${outcome}`, aboutDispute(row), now)], eventTypes)
    const written = await books.write('rule-dispute', RULE, [ref, outcome, now, asJson(events)])
    if (written.length === 0) throw new Overtaken()
    return { ...dispute, state: outcome }
  })
}
