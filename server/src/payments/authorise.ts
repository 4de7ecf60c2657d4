import { type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { ask } from './asking.ts'
import { operationKey, recordAuthorisation } from './authorisation.ts'
import { performFollowUp } from './follow-up.ts'
import { nowOf, type PaymentParts, processorOf } from './parts.ts'
import type { AssertionClaims, IdentityAssertion } from './ports.ts'
import {
  expireIfDue,
  findPayment,
  insertIntent,
  lockPayment,
  movePayment,
  type OperationRow,
  type PaymentRow,
} from './store.ts'

type Intended = { row: PaymentRow; operation: OperationRow | null; token: string | null }

/**
 * Charges the identified shopper. First the intent is committed: the assertion's nonce spent, the state `authorising`, the key the
 * processor will know. Only then the processor is asked, outside any transaction; its reply is a second transaction. Whatever dies
 * in between leaves a row that the reconciler settles by asking the processor for that key.
 */
export async function authorisePayment(
  parts: PaymentParts,
  paymentId: string,
  assertion: IdentityAssertion,
): Promise<PaymentRow> {
  const claims = await parts.assertions.verify(assertion)
  const { row, operation, token } = await withTransaction(parts.db, (tx) => intend(parts, tx, paymentId, claims))
  if (operation === null || token === null) return row
  const processor = processorOf(parts, row.processor)
  const answer = await ask(
    () =>
      processor.authorise({
        key: operation.processor_key,
        token,
        amountMinor: operation.amount_minor,
        currency: row.currency,
        initiator: 'shopper',
        capture: 'manual',
      }),
    parts.timing.processorReplyMs,
  )
  try {
    const recorded = await recordAuthorisation(parts, paymentId, operation.id, answer)
    return recorded.next === null ? recorded.row : await performFollowUp(parts, recorded.next)
  } catch {
    // The processor may have the money and we could not write it down. Never an error to the shopper: "nothing was charged" may be
    // wrong. What is written says `authorising` at least; the reconciler goes on from there.
    return (await findPayment(parts.db, paymentId).catch(() => null)) ?? row
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

async function spend(tx: Tx, nonce: string, paymentId: string, now: Date): Promise<void> {
  const spent = await tx
    .insertInto('payment_spent_assertion')
    .values({ nonce, payment_id: paymentId, spent_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('nonce')
    .executeTakeFirst()
  if (!spent) throw new Failure('assertion_spent')
}

async function intend(parts: PaymentParts, tx: Tx, paymentId: string, claims: AssertionClaims): Promise<Intended> {
  const now = nowOf(parts)
  const locked = await lockPayment(tx, paymentId)
  checkBinding(locked, claims, now)
  await spend(tx, claims.nonce, paymentId, now)
  const row = await expireIfDue(tx, locked, now)
  // Cancelled or timed out while the hand was being read: that stands, and nothing is charged.
  if (row.state === 'cancelled' || row.state === 'expired') return { row, operation: null, token: null }
  // Inside: whoever is erased before this commits is not charged.
  const lookup = await parts.instruments.instrumentOf(claims.shopperId, tx)
  const identified = await movePayment(tx, row, 'identify', now, {
    shopper_id: claims.shopperId,
    asked_hand: null,
    last_guidance: '[]',
  })
  if (lookup.kind !== 'found') {
    const reason = lookup.kind === 'erased' ? 'shopper_erased' : 'no_instrument'
    const declined = await movePayment(tx, identified, 'decline', now, {}, reason)
    await parts.audit.append(tx, 'payment.declined', { paymentId, reason })
    return { row: declined, operation: null, token: null }
  }
  const { instrument } = lookup
  const id = operationKey(paymentId, 'authorise')
  const amountMinor = row.amount_minor + row.tip_minor
  const operation = await insertIntent(tx, { id, paymentId, kind: 'authorise', key: id, amountMinor }, now)
  const authorising = await movePayment(tx, identified, 'intend', now, {
    instrument_id: instrument.instrumentId,
    card_brand: instrument.brand,
    card_last4: instrument.last4,
    processor: instrument.processor,
    authorising_at: now,
  })
  return { row: authorising, operation, token: instrument.token }
}
