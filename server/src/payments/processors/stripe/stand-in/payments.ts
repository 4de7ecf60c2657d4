import { all, type CardBehaviour, get, type Ledger, make, move, type Thing, tell } from './books.ts'
import { type Form, formIn, metadataIn, numberIn, textIn } from './form.ts'
import { badRequest, WireError } from './refusal.ts'

/** How long an authorisation stands, s: the shopper's seven days, Visa's five for the merchant's. */
const HELD_S = { shopper: 7 * 86_400, merchant: 5 * 86_400 }
/** How much more than authorised may be captured where it may, per cent. */
const OVER_PERCENT = 20
/** When a refund that takes a while is decided, s. */
export const SLOW_REFUND_S = 5
/** How long a dispute or an inquiry may be answered, s. */
const ANSWER_S = 7 * 86_400
/** After this an inquiry is over, s: 120 days. */
const INQUIRY_S = 120 * 86_400
/** Stripe's least charge in most currencies. */
const LEAST_AMOUNT = 50

const DECLINES: Partial<Record<CardBehaviour, { code: string; decline_code?: string }>> = {
  insufficient_funds: { code: 'card_declined', decline_code: 'insufficient_funds' },
  lost: { code: 'card_declined', decline_code: 'lost_card' },
  wants_authentication: { code: 'authentication_required', decline_code: 'authentication_required' },
}

/** Three-decimal currencies end in zero, those kept at two decimals for old times' sake in two of them. */
const whole = (amount: number, currency: string) =>
  amount % (/^(bhd|jod|kwd|omr|tnd)$/.test(currency) ? 10 : /^(isk|ugx)$/.test(currency) ? 100 : 1) === 0

const behaviourOf = (ledger: Ledger, intent: Thing): CardBehaviour =>
  ledger.things.get(intent.payment_method)!.$.behaviour as CardBehaviour

/** The card a payment is asked of: there, of that customer, not used up. */
function cardFor(ledger: Ledger, form: Form): Thing {
  const card = get(ledger, textIn(form, 'payment_method'), 'PaymentMethod', 'payment_method')
  const customer = textIn(form, 'customer')
  if (customer !== null) get(ledger, customer, 'customer', 'customer')
  if (card.customer !== customer || card.$.usedUp) throw badRequest('payment_method_unusable', 'payment_method')
  if (customer === null) card.$.usedUp = true
  return card
}

export function createIntent(ledger: Ledger, form: Form): Thing {
  const amount = numberIn(form, 'amount')!
  if (amount < LEAST_AMOUNT) throw badRequest('amount_too_small', 'amount')
  if (!whole(amount, textIn(form, 'currency')!)) throw badRequest('parameter_invalid_integer', 'amount')
  if (textIn(form, 'confirm') !== 'true') throw badRequest('stand_in_confirms_only')
  const off = textIn(form, 'off_session') === 'true'
  if (off && textIn(form, 'error_on_requires_action') !== null) throw badRequest('parameter_unknown')
  const destination = textIn(formIn(form, 'transfer_data'), 'destination')
  if (destination !== null && !ledger.books.accounts.has(destination))
    throw badRequest('resource_missing', 'transfer_data[destination]')
  const card = cardFor(ledger, form)
  const manual = textIn(form, 'capture_method') === 'manual'
  const intent = make(ledger, 'payment_intent', 'pi', {
    amount,
    currency: textIn(form, 'currency')!,
    customer: textIn(form, 'customer'),
    payment_method: card.id,
    capture_method: manual ? 'manual' : 'automatic',
    metadata: metadataIn(form),
    description: textIn(form, 'description'),
    transfer_data: destination === null ? null : { destination },
    last_payment_error: null,
    canceled_at: null,
    processing: null,
    next_action: null,
  })
  const options = formIn(formIn(form, 'payment_method_options'), 'card')
  const wants = (name: string) => textIn(options, name) === 'if_available'
  const decline = DECLINES[card.$.behaviour as CardBehaviour]
  const charge = make(ledger, 'charge', 'ch', {
    amount,
    currency: intent.currency,
    payment_intent: intent.id,
    payment_method: card.id,
    metadata: { ...intent.metadata },
    status: decline ? 'failed' : 'succeeded',
    paid: !decline,
    captured: false,
    balance_transaction: null,
    $: { over: wants('request_overcapture') },
  })
  intent.latest_charge = charge.id
  if (decline) return declined(ledger, intent, charge, decline)
  const details = charge.payment_method_details.card
  details.capture_before = manual ? ledger.books.nowS() + HELD_S[off ? 'merchant' : 'shopper'] : null
  details.incremental_authorization = {
    status: wants('request_incremental_authorization') ? 'available' : 'unavailable',
  }
  intent.status = 'requires_capture'
  intent.amount_capturable = amount
  authorisedFor(charge, amount)
  if (manual) tell(ledger, 'payment_intent.amount_capturable_updated', intent)
  else take(ledger, intent, amount)
  return intent
}

function authorisedFor(charge: Thing, amount: number): void {
  charge.amount = amount
  const most = charge.$.over ? Math.floor((amount * (100 + OVER_PERCENT)) / 100) : amount
  charge.payment_method_details.card.overcapture = {
    status: charge.$.over ? 'available' : 'unavailable',
    maximum_amount_capturable: most,
  }
}

function declined(ledger: Ledger, intent: Thing, charge: Thing, decline: { code: string }): never {
  intent.status = 'requires_payment_method'
  intent.last_payment_error = { type: 'card_error', ...decline, message: 'Your card was declined.' }
  intent.payment_method = null
  tell(ledger, 'payment_intent.payment_failed', intent)
  const { $: _hidden, ...shown } = intent
  throw new WireError(402, {
    ...decline,
    message: 'Your card was declined.',
    charge: charge.id,
    payment_intent: structuredClone(shown),
  })
}

function take(ledger: Ledger, intent: Thing, amount: number): void {
  const charge = ledger.things.get(intent.latest_charge)!
  Object.assign(charge, { captured: true, amount_captured: amount })
  charge.balance_transaction = move(ledger, 'charge', charge, amount, Math.round(amount * 0.029)).id
  Object.assign(intent, { status: 'succeeded', amount_received: amount, amount_capturable: 0 })
  tell(ledger, 'payment_intent.succeeded', intent)
}

const unexpected = () => badRequest('payment_intent_unexpected_state')

export function captureIntent(ledger: Ledger, id: string, form: Form): Thing {
  const intent = get(ledger, id, 'payment_intent', 'intent')
  if (intent.status !== 'requires_capture') throw unexpected()
  const amount = numberIn(form, 'amount_to_capture') ?? intent.amount
  const charge = ledger.things.get(intent.latest_charge)!
  const { maximum_amount_capturable: most } = charge.payment_method_details.card.overcapture
  if (amount < 1) throw badRequest('parameter_invalid_integer', 'amount_to_capture')
  if (amount > most) throw badRequest('amount_too_large', 'amount_to_capture')
  Object.assign(intent.metadata, metadataIn(form))
  take(ledger, intent, amount)
  return intent
}

export function cancelIntent(ledger: Ledger, id: string, reason: string | null): Thing {
  const intent = get(ledger, id, 'payment_intent', 'intent')
  if (intent.status === 'succeeded' || intent.status === 'canceled') throw unexpected()
  Object.assign(intent, {
    status: 'canceled',
    cancellation_reason: reason,
    canceled_at: ledger.books.nowS(),
    amount_capturable: 0,
  })
  tell(ledger, 'payment_intent.canceled', intent)
  return intent
}

export function raiseIntent(ledger: Ledger, id: string, form: Form): Thing {
  const intent = get(ledger, id, 'payment_intent', 'intent')
  const charge = ledger.things.get(intent.latest_charge)
  if (intent.status !== 'requires_capture' || !charge) throw unexpected()
  const amount = numberIn(form, 'amount')!
  if (amount <= intent.amount) throw badRequest('amount_too_small', 'amount')
  const { status } = charge.payment_method_details.card.incremental_authorization
  if (status !== 'available') throw badRequest('incremental_authorization_not_supported')
  const raised = Object.keys(intent.metadata).filter((name) => name.includes('increment')).length
  if (raised >= 10) throw badRequest('incremental_authorization_limit')
  if (behaviourOf(ledger, intent) === 'declines_increments')
    throw new WireError(402, { code: 'card_declined', decline_code: 'generic_decline', message: 'Declined.' })
  Object.assign(intent.metadata, metadataIn(form))
  Object.assign(intent, { amount, amount_capturable: amount })
  authorisedFor(charge, amount)
  tell(ledger, 'payment_intent.amount_capturable_updated', intent)
  return intent
}

const standing = (refund: Thing) => refund.status !== 'failed' && refund.status !== 'canceled'
export const refundsOf = (ledger: Ledger, intent: string): Thing[] =>
  all(ledger, 'refund', (refund) => refund.payment_intent === intent)

export function createRefund(ledger: Ledger, form: Form): Thing {
  const intent = get(ledger, textIn(form, 'payment_intent'), 'payment_intent', 'payment_intent')
  if (intent.status !== 'succeeded') throw unexpected()
  const disputed = all(ledger, 'dispute', (each) => each.payment_intent === intent.id && holdsMoney(each))
  if (disputed.length > 0) throw badRequest('charge_disputed')
  if (textIn(form, 'reverse_transfer') === 'true' && intent.transfer_data === null)
    throw badRequest('parameter_invalid', 'reverse_transfer')
  const given = refundsOf(ledger, intent.id).filter(standing)
  const left = intent.amount_received - given.reduce((sum, refund) => sum + refund.amount, 0)
  const amount = numberIn(form, 'amount') ?? left
  if (left === 0) throw badRequest('charge_already_refunded')
  if (amount < 1) throw badRequest('parameter_invalid_integer', 'amount')
  if (amount > left || !whole(amount, intent.currency)) throw badRequest('parameter_invalid_integer', 'amount')
  const behaviour = behaviourOf(ledger, intent)
  const slow = behaviour === 'slow_refund' || behaviour === 'failing_refund'
  const refund = make(ledger, 'refund', 're', {
    amount,
    currency: intent.currency,
    charge: intent.latest_charge,
    payment_intent: intent.id,
    metadata: metadataIn(form),
    status: slow ? 'pending' : 'succeeded',
    balance_transaction: null,
    $: slow ? { decidesAt: ledger.books.nowS() + SLOW_REFUND_S, fails: behaviour === 'failing_refund' } : {},
  })
  if (!slow) refund.balance_transaction = move(ledger, 'refund', refund, -amount, 0).id
  if (amount === left) for (const asked of inquiriesOf(ledger, intent.id)) closeInquiry(ledger, asked)
  tell(ledger, 'refund.created', refund)
  return refund
}

/** What time alone does: holds end, slow refunds are decided, disputes nobody answered are lost. */
export function passTime(ledger: Ledger): void {
  const now = ledger.books.nowS()
  for (const thing of ledger.things.values()) {
    if (thing.object === 'payment_intent' && thing.status === 'requires_capture') {
      const charge = ledger.things.get(thing.latest_charge)!
      if (charge.payment_method_details.card.capture_before <= now) cancelIntent(ledger, thing.id, 'automatic')
    }
    if (thing.object === 'refund' && thing.status === 'pending' && thing.$.decidesAt <= now) decideRefund(ledger, thing)
    if (thing.object === 'dispute' && thing.status === 'needs_response' && thing.evidence_details.due_by <= now)
      decideDispute(ledger, thing.id, 'lost')
    if (thing.object === 'dispute' && isInquiry(thing) && thing.created + INQUIRY_S <= now) closeInquiry(ledger, thing)
  }
}

function decideRefund(ledger: Ledger, refund: Thing): void {
  if (refund.$.fails) Object.assign(refund, { status: 'failed', failure_reason: 'expired_or_canceled_card' })
  else {
    refund.status = 'succeeded'
    refund.balance_transaction = move(ledger, 'refund', refund, -refund.amount, 0).id
  }
  tell(ledger, refund.$.fails ? 'refund.failed' : 'refund.updated', refund)
}

const isInquiry = ({ status }: Thing) => status === 'warning_needs_response' || status === 'warning_under_review'
const holdsMoney = ({ status }: Thing) => status !== 'won' && !status.startsWith('warning_')
const inquiriesOf = (ledger: Ledger, intent: string): Thing[] =>
  all(ledger, 'dispute', (each) => each.payment_intent === intent && isInquiry(each))

export function closeInquiry(ledger: Ledger, inquiry: Thing): void {
  inquiry.status = 'warning_closed'
  tell(ledger, 'charge.dispute.closed', inquiry)
}

/** The bank is not content and takes the money: the same dispute, from its beginning. */
export function growInquiry(ledger: Ledger, inquiry: Thing): void {
  inquiry.status = 'needs_response'
  inquiry.evidence_details = { ...inquiry.evidence_details, due_by: ledger.books.nowS() + ANSWER_S }
  move(ledger, 'adjustment', inquiry, -inquiry.amount, 1_500)
  tell(ledger, 'charge.dispute.funds_withdrawn', inquiry)
  tell(ledger, 'charge.dispute.updated', inquiry)
}

/** The holder disputes all that is left; or the bank only asks, and nothing is withdrawn. */
export function openDispute(ledger: Ledger, intentId: string, status = 'needs_response'): Thing {
  const intent = get(ledger, intentId, 'payment_intent')
  const given = refundsOf(ledger, intent.id).filter(standing)
  const amount = intent.amount_received - given.reduce((sum, refund) => sum + refund.amount, 0)
  const dispute = make(ledger, 'dispute', 'dp', {
    amount,
    currency: intent.currency,
    charge: intent.latest_charge,
    payment_intent: intent.id,
    reason: 'fraudulent',
    status,
    metadata: {},
    evidence_details: {
      due_by: ledger.books.nowS() + ANSWER_S,
      has_evidence: false,
      past_due: false,
      submission_count: 0,
    },
  })
  if (holdsMoney(dispute)) move(ledger, 'adjustment', dispute, -amount, 1_500)
  tell(ledger, 'charge.dispute.created', dispute)
  return dispute
}

export function decideDispute(ledger: Ledger, id: string, outcome: 'won' | 'lost'): void {
  const dispute = get(ledger, id, 'dispute')
  dispute.status = outcome
  if (outcome === 'won') move(ledger, 'adjustment', dispute, dispute.amount, -1_500)
  tell(ledger, 'charge.dispute.closed', dispute)
}

export function answerDispute(ledger: Ledger, id: string, form: Form): Thing {
  const dispute = get(ledger, id, 'dispute', 'dispute')
  const answered = { needs_response: 'under_review', warning_needs_response: 'warning_under_review' }[
    dispute.status as string
  ]
  if (answered === undefined) throw badRequest('dispute_closed_for_evidence')
  Object.assign(dispute.evidence, formIn(form, 'evidence'))
  Object.assign(dispute.metadata, metadataIn(form))
  if (textIn(form, 'submit') === 'true') {
    dispute.status = answered
    dispute.evidence_details.submission_count += 1
    tell(ledger, 'charge.dispute.updated', dispute)
  }
  return dispute
}
