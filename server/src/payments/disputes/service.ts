import type { Dispute, DisputeState, EvidencePack, EvidenceSubmission } from '@paume/contract'
import { sql } from 'kysely'
import { withTransaction } from '../../database.ts'
import { Failure } from '../../failure.ts'
import { workThrough } from '../../rounds.ts'
import { nowOf, processorOf } from '../parts.ts'
import { type DisputeEvidence, ProcessorFailure } from '../processors/processor.ts'
import { packOf, packSha256 } from './evidence.ts'
import { followDispute, followOpen } from './follow.ts'
import type { DisputeParts } from './parts.ts'
import { type DisputeRow, findDispute, listDisputes, lockDispute, viewDispute } from './store.ts'

/** Evidence whose reply was lost is sent again after this long, ms; the processor knows the key. */
const SEND_AGAIN_MS = 30_000

export interface DisputeService {
  list(wish: { state?: DisputeState | undefined; organisation?: string | undefined }): Promise<Dispute[]>
  /** Throws `not_found`. */
  find(id: string): Promise<Dispute>
  /** What would be sent now, or what was. Throws `not_found`. */
  pack(id: string): Promise<EvidencePack>
  /** Sends the pack that was read. Throws `not_found`, `dispute_state`, `evidence_changed`. */
  submit(id: string, submission: EvidenceSubmission): Promise<Dispute>
  follow(processor: string, ref: string): Promise<void>
  /** Asks after disputes nobody told of, and sends again what may not have arrived. */
  sweep(): Promise<void>
}

export function createDisputeService(parts: DisputeParts): DisputeService {
  const { db } = parts
  const known = async (id: string): Promise<DisputeRow> => {
    const row = await findDispute(db, id)
    if (row === null) throw new Failure('not_found')
    return row
  }

  return {
    list: async (wish) => (await listDisputes(db, wish)).map(viewDispute),
    find: async (id) => viewDispute(await known(id)),
    async pack(id) {
      const row = await known(id)
      const sections = row.evidence ?? (await packOf(parts, row))
      return { disputeId: id, sections, sha256: packSha256(sections), sent: row.evidence !== null }
    },
    async submit(id, { sha256, statement }) {
      const read = await known(id)
      const sections = await packOf(parts, read)
      await intendEvidence(parts, id, { sha256, sections, statement })
      await send(parts, await known(id))
      return viewDispute(await known(id))
    },
    follow: (processor, ref) => followDispute(parts, processor, ref),
    async sweep() {
      const before = new Date(parts.clock.nowMs() - SEND_AGAIN_MS)
      const { rows } = await sql<DisputeRow>`
        select * from payment_dispute where evidence_key is not null and evidence_sent_at is null and evidence_refused is null
           and evidence_asked_at <= ${before} limit 20`.execute(db)
      await workThrough([() => followOpen(parts), ...rows.map((row) => () => send(parts, row))], (step) => step())
    },
  }
}

/** Writes what will be sent, and the key it is sent under, before anything leaves. The same wish again changes nothing. */
function intendEvidence(
  parts: DisputeParts,
  id: string,
  { sha256, sections, statement }: { sha256: string; sections: DisputeEvidence; statement?: string | undefined },
): Promise<void> {
  return withTransaction(parts.db, async (tx) => {
    const row = await lockDispute(tx, id)
    if (row === null) throw new Failure('not_found')
    const said = row.evidence?.find(({ heading }) => heading === STATEMENT)?.text
    if (row.evidence_key !== null) {
      if (row.evidence_sha256 === sha256 && said === statement) return
      throw new Failure('dispute_state', { detail: 'Evidence was sent before.' })
    }
    if (row.state !== 'needs_response') throw new Failure('dispute_state', { detail: `The dispute is ${row.state}.` })
    if (row.evidence_due_at !== null && row.evidence_due_at <= nowOf(parts))
      throw new Failure('dispute_state', { detail: 'The time for evidence is over.' })
    if (packSha256(sections) !== sha256) throw new Failure('evidence_changed')
    const evidence = statement === undefined ? sections : [...sections, { heading: STATEMENT, text: statement }]
    await sql`
      update payment_dispute set evidence = ${JSON.stringify(evidence)}::jsonb, evidence_sha256 = ${sha256},
             evidence_key = ${`${id}:${row.inquiry ? 'inquiry' : 'evidence'}`}, evidence_asked_at = ${nowOf(parts)} where id = ${id}`.execute(
      tx,
    )
    await parts.audit.append(tx, 'dispute.evidence_intended', { disputeId: id, paymentId: row.payment_id, sha256 })
  })
}

const STATEMENT = 'Statement of the merchant'

/** Asks the processor to take what was written down. A lost reply leaves it for the sweep, under the same key. */
async function send(parts: DisputeParts, row: DisputeRow): Promise<void> {
  if (
    row.evidence_key === null ||
    row.evidence === null ||
    row.evidence_sent_at !== null ||
    row.evidence_refused !== null
  )
    return
  const processor = processorOf(parts, row.processor)
  const request = { key: row.evidence_key, disputeRef: row.ref, evidence: row.evidence }
  try {
    await processor.submitEvidence(request)
  } catch (error) {
    if (!(error instanceof ProcessorFailure)) throw error
    if (error.kind !== 'refused' && error.kind !== 'unsupported') return
    await recordSent(parts, row, error.reason)
    return
  }
  await recordSent(parts, row, null)
  await followDispute(parts, row.processor, row.ref).catch(() => {})
}

function recordSent(
  parts: DisputeParts,
  { id, payment_id, evidence_key }: DisputeRow,
  refused: string | null,
): Promise<void> {
  return withTransaction(parts.db, async (tx) => {
    const now = nowOf(parts)
    const { rows } = await sql`
      update payment_dispute set evidence_sent_at = ${refused === null ? now : null}, evidence_refused = ${refused}
       where id = ${id} and evidence_key = ${evidence_key} and evidence_sent_at is null and evidence_refused is null returning id`.execute(
      tx,
    )
    if (rows.length === 0) return
    const facts = { disputeId: id, paymentId: payment_id }
    await (refused === null
      ? parts.audit.append(tx, 'dispute.evidence_sent', facts)
      : parts.audit.append(tx, 'dispute.evidence_refused', { ...facts, reason: refused }))
  })
}
