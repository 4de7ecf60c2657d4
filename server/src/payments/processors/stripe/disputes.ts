import type Stripe from 'stripe'
import { type Dispute, type DisputeEvidence, type DisputeState, ProcessorFailure } from '../processor.ts'
import { fromStripeAmount } from './amounts.ts'
import { METADATA } from './charge-record.ts'
import { fingerprintOf } from './keys.ts'
import { at, type Reading } from './reading.ts'
import { nameOf, readName } from './references.ts'
import { ask, askWhether, StripeRefusal } from './wire.ts'

/** Most characters Stripe takes as free text. */
const TEXT_LIMIT = 20_000

const STATES: Readonly<Record<string, DisputeState>> = {
  warning_needs_response: 'needs_response',
  needs_response: 'needs_response',
  appeal_needs_response: 'needs_response',
  warning_under_review: 'under_review',
  under_review: 'under_review',
  appeal_under_review: 'under_review',
  // Ended without the money going: an inquiry that came to nothing, or a dispute that was headed off.
  warning_closed: 'won',
  prevented: 'won',
  won: 'won',
  lost: 'lost',
}
/**
 * The bank only asks (docs.stripe.com/disputes/how-disputes-work, "Inquiries"): nothing is withdrawn, and a refund ends it. The same
 * dispute goes on as `needs_response` when the bank is not content.
 */
const INQUIRIES: ReadonlySet<string> = new Set([
  'warning_needs_response',
  'warning_under_review',
  'warning_closed',
  'prevented',
])

const refused = (reason: string, cause?: unknown) => new ProcessorFailure('refused', reason, { cause })

export function disputeOf(dispute: Stripe.Dispute, account: string | null): Dispute {
  const intent = typeof dispute.payment_intent === 'string' ? dispute.payment_intent : dispute.payment_intent?.id
  const charge = typeof dispute.charge === 'string' ? dispute.charge : dispute.charge.id
  const state = STATES[dispute.status]
  // A status of the future: better asked again than guessed.
  if (state === undefined) throw new ProcessorFailure('lost', 'dispute_status_unknown')
  return {
    ref: nameOf({ account, id: dispute.id }),
    chargeRef: nameOf({ account, id: intent ?? charge }),
    amountMinor: fromStripeAmount(dispute.amount, dispute.currency),
    currency: dispute.currency.toUpperCase(),
    state,
    inquiry: INQUIRIES.has(dispute.status),
    reason: dispute.reason,
    openedAt: new Date(dispute.created * 1000),
    evidenceDueAt: dispute.evidence_details.due_by ? new Date(dispute.evidence_details.due_by * 1000) : null,
  }
}

async function read({ stripe }: Reading, disputeRef: string) {
  const name = readName(disputeRef, 'dp', 'du')
  if (name === null) return null
  const dispute = await askWhether(() => stripe.disputes.retrieve(name.id, {}, at(name.account)))
  return dispute === null ? null : { name, dispute }
}

export async function fetchDispute(reading: Reading, disputeRef: string): Promise<Dispute | null> {
  const found = await read(reading, disputeRef)
  return found === null ? null : disputeOf(found.dispute, found.name.account)
}

const textOf = (evidence: DisputeEvidence): string =>
  evidence.map(({ heading, text }) => `${heading}\n${'-'.repeat(heading.length)}\n${text}`).join('\n\n')

/** Answers a dispute with text, for good. Stripe itself takes one answer only. */
export async function submitEvidence(
  reading: Reading,
  { key, disputeRef, evidence }: { key: string; disputeRef: string; evidence: DisputeEvidence },
): Promise<Dispute> {
  const text = textOf(evidence)
  if (text.length > TEXT_LIMIT) throw refused('evidence_too_long')
  const found = await read(reading, disputeRef)
  if (found === null) throw refused('dispute_unknown')
  const { account, id } = found.name
  const fingerprint = fingerprintOf('evidence', disputeRef, text)
  await reading.keys.claim({ key, kind: 'evidence', account, ref: disputeRef, amountMinor: null, fingerprint })
  const before = disputeOf(found.dispute, account)
  if (found.dispute.metadata[METADATA.evidence] === key) return before
  if (before.state === 'won' || before.state === 'lost') throw refused('dispute_closed')
  if (before.state === 'under_review') throw refused('dispute_answered')
  try {
    const answered = await ask(() =>
      reading.stripe.disputes.update(
        id,
        {
          ...(text === '' ? {} : { evidence: { uncategorized_text: text } }),
          submit: true,
          metadata: { [METADATA.evidence]: key },
        },
        { ...at(account), idempotencyKey: key },
      ),
    )
    return disputeOf(answered, account)
  } catch (error) {
    if (!(error instanceof StripeRefusal)) throw error
    const after = await read(reading, disputeRef)
    if (after?.dispute.metadata[METADATA.evidence] === key) return disputeOf(after.dispute, account)
    const state = after && disputeOf(after.dispute, account).state
    throw refused(
      state === 'under_review' ? 'dispute_answered' : state === 'needs_response' ? error.code : 'dispute_closed',
      error,
    )
  }
}
