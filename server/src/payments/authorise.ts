import { type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { ask } from './asking.ts'
import { recordAuthorisation } from './authorisation.ts'
import {
  chargeable,
  endChoice,
  everyCard,
  type Intended,
  intendCharge,
  offerCards,
  offered,
  takeChoice,
} from './card-choice.ts'
import { performFollowUp } from './follow-up.ts'
import { nowOf, type PaymentParts, processorOf } from './parts.ts'
import type { AssertionClaims, Caller, IdentityAssertion } from './ports.ts'
import { expireIfDue, findPayment, lockPayment, type PaymentRow, planMove } from './store.ts'

/**
 * Charges the identified shopper, or asks which card first. The intent is committed: the assertion's nonce spent, the state
 * `authorising`, the key the processor will know. Only then the processor is asked, outside any transaction; its reply is a second
 * transaction. Whatever dies in between leaves a row that the reconciler settles by asking the processor for that key.
 */
export async function authorisePayment(
  parts: PaymentParts,
  paymentId: string,
  assertion: IdentityAssertion,
): Promise<PaymentRow> {
  const claims = await parts.assertions.verify(assertion)
  return performCharge(parts, await withTransaction(parts.db, (tx) => intend(parts, tx, paymentId, claims, assertion)))
}

/** Charges the card the shopper chose. Safe to repeat. Throws `card_choice_unknown`, `payment_state`. */
export const chargeChosen = async (
  parts: PaymentParts,
  caller: Caller,
  paymentId: string,
  choice: number,
): Promise<PaymentRow> => performCharge(parts, await takeChoice(parts, caller, paymentId, choice))

/** Goes on with a payment whose shopper did not choose in time. True when there was one. */
export async function chargeUnchosen(parts: PaymentParts, paymentId: string): Promise<boolean> {
  const intended = await endChoice(parts, paymentId)
  if (intended !== null) await performCharge(parts, intended)
  return intended !== null
}

/** Asks the processor for the charge whose intent is committed. */
export async function performCharge(parts: PaymentParts, { row, charge }: Intended): Promise<PaymentRow> {
  if (charge === null) return row
  const { operation, token } = charge
  const processor = processorOf(parts, row.processor)
  const terms = parts.terms?.termsOf(row.organisation_id)
  const answer = await ask(
    () =>
      processor.authorise({
        key: operation.processor_key,
        token,
        amountMinor: operation.amount_minor,
        currency: row.currency,
        // Nobody stands there: what a kept card is charged for a visit that is over.
        initiator: row.gate_charge === 'later' ? 'merchant' : (terms?.initiator ?? 'shopper'),
        capture: 'manual',
        merchantRef: terms?.merchantRef ?? null,
        reference: { paymentId: row.id, tillReference: row.reference },
      }),
    parts.timing.processorReplyMs,
  )
  try {
    const recorded = await recordAuthorisation(parts, row.id, operation.id, answer)
    return recorded.next === null ? recorded.row : await performFollowUp(parts, recorded.next, recorded.row)
  } catch {
    // The processor may have the money and we could not write it down. Never an error to the shopper: "nothing was charged" may be
    // wrong. What is written says `authorising` at least; the reconciler goes on from there.
    return (await findPayment(parts.db, row.id).catch(() => null)) ?? row
  }
}

/** What the assertion is bound to must be what stands here now, to the cent. */
function checkBinding(row: PaymentRow, claims: AssertionClaims, now: Date): void {
  const fits =
    claims.paymentId === row.id &&
    claims.terminalId === row.terminal_id &&
    claims.payeeId === row.shop_id &&
    claims.currency === row.currency &&
    claims.amountMinor === row.amount_minor + row.tip_minor
  if (!fits) throw new Failure('assertion_invalid')
  if (claims.expiresAt <= now) throw new Failure('assertion_expired')
}

/** What identity signed is kept: should the charge be disputed, it is the record of who stood where. */
export async function spend(
  tx: Tx,
  nonce: string,
  paymentId: string,
  statement: IdentityAssertion,
  now: Date,
): Promise<void> {
  const spent = await tx
    .insertInto('payment_spent_assertion')
    .values({ nonce, payment_id: paymentId, statement, spent_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('nonce')
    .executeTakeFirst()
  if (!spent) throw new Failure('assertion_spent')
}

async function intend(
  parts: PaymentParts,
  tx: Tx,
  paymentId: string,
  claims: AssertionClaims,
  statement: IdentityAssertion,
): Promise<Intended> {
  const now = nowOf(parts)
  // Looked up inside: whoever is erased before this commits is not charged. Spent only if all of this commits.
  const [locked, found] = await Promise.all([
    lockPayment(tx, paymentId),
    parts.instruments.instrumentOf(claims.shopperId, tx),
    spend(tx, claims.nonce, paymentId, statement, now),
  ])
  checkBinding(locked, claims, now)
  const row = await expireIfDue(tx, locked, now)
  // Cancelled or timed out while the hand was being read: that stands, and nothing is charged.
  if (row.state === 'cancelled' || row.state === 'expired') return { row, charge: null }
  const lookup = chargeable(parts, row, found)
  const identified = planMove(row, 'identify', now, {
    shopper_id: claims.shopperId,
    asked_hand: null,
    last_guidance: '[]',
  })
  if (row.choose_card && lookup.kind === 'found' && lookup.others.length > 0) {
    const cards = everyCard(lookup).map((card, place) => offered(card, place === 0))
    const asked = await offerCards(parts, tx, identified, cards, null, now)
    if (asked) return { row: asked, charge: null }
  }
  return intendCharge(parts, tx, identified, lookup, null, now)
}
