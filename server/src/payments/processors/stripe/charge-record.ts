import type Stripe from 'stripe'
import { type Charge, type ChargeOperation, type ChargeState, ProcessorFailure } from '../processor.ts'
import { fromStripeAmount } from './amounts.ts'
import { moneyReason } from './declines.ts'
import type { KeyRow } from './keys.ts'
import { nameOf } from './references.ts'

/** What of ours stands on a PaymentIntent and a Refund. Everything that was performed can be told from there alone, but voids. */
export const METADATA = {
  /** The key of the authorisation, or of the refund. */
  key: 'paume_key',
  /** On a refund: the key of its charge. */
  charge: 'paume_charge',
  capture: 'paume_capture',
  evidence: 'paume_evidence',
  setup: 'paume_setup',
  payment: 'paume_payment',
  till: 'paume_till_reference',
} as const
/** The increments of a charge, counted: `paume_increment_0`: `<minor units>:<key>`. Stripe allows ten. */
export const incrementMetadata = (count: number) => `paume_increment_${count}`

/** What every read of a PaymentIntent brings along. */
export const EXPAND = ['latest_charge.refunds']

/** A PaymentIntent as the port's charge. `asked`: what we asked about it, for what Stripe keeps no note of. Throws `lost` while it is decided. */
export function chargeOf(
  intent: Stripe.PaymentIntent,
  account: string | null,
  refunds: Stripe.Refund[],
  asked: KeyRow[],
): Charge {
  const charge = typeof intent.latest_charge === 'string' ? null : intent.latest_charge
  const card = charge?.payment_method_details?.card
  const minor = (amount: number) => fromStripeAmount(amount, intent.currency)
  const state = stateOf(intent, charge)
  const amountMinor = minor(intent.amount)
  const most = card?.overcapture?.status === 'available' ? minor(card.overcapture.maximum_amount_capturable) : 0n
  const decidedAt = state === 'declined' || charge === null ? intent.created : charge.created
  const given = refunds.map((refund) => refundOf(refund, minor))
  return {
    ref: nameOf({ account, id: intent.id }),
    key: intent.metadata[METADATA.key] ?? intent.id,
    state,
    ...(state === 'declined' ? { declineReason: declineOf(intent) } : {}),
    amountMinor,
    maximumCaptureMinor: most > amountMinor ? most : amountMinor,
    capturedMinor: state === 'captured' ? minor(intent.amount_received) : 0n,
    refundedMinor: given.reduce((sum, each) => (each.state === 'succeeded' ? sum + each.amountMinor : sum), 0n),
    currency: intent.currency.toUpperCase(),
    decidedAt: new Date(decidedAt * 1000),
    capturableUntil: card?.capture_before ? new Date(card.capture_before * 1000) : null,
    operations: [
      ...incrementsOf(intent, asked),
      ...(state === 'captured' ? [captureOf(intent, minor)] : []),
      ...(state === 'voided' ? voidsOf(asked, amountMinor, intent.id) : []),
      ...given,
    ],
  }
}

function stateOf(intent: Stripe.PaymentIntent, charge: Stripe.Charge | null): ChargeState {
  switch (intent.status) {
    case 'requires_capture':
      return 'authorised'
    case 'succeeded':
      return 'captured'
    case 'canceled':
      if (charge === null || charge.status === 'failed') return 'declined'
      return intent.cancellation_reason === 'automatic' || intent.cancellation_reason === 'expired'
        ? 'lapsed'
        : 'voided'
    case 'requires_payment_method':
    case 'requires_confirmation':
    case 'requires_action':
      return 'declined'
    default:
      // `processing`, or a status of the future: nobody knows yet.
      throw new ProcessorFailure('lost', 'charge_undecided')
  }
}

function declineOf(intent: Stripe.PaymentIntent) {
  if (intent.status === 'requires_action') return 'authentication_required'
  const error = intent.last_payment_error
  return error ? moneyReason(error.decline_code, error.code) : 'processing_error'
}

const captureOf = (intent: Stripe.PaymentIntent, minor: (amount: number) => bigint): ChargeOperation => ({
  key: intent.metadata[METADATA.capture] ?? `${intent.metadata[METADATA.key] ?? intent.id}:capture`,
  kind: 'capture',
  amountMinor: minor(intent.amount_received),
  state: 'succeeded',
  ref: typeof intent.latest_charge === 'string' ? intent.latest_charge : (intent.latest_charge?.id ?? intent.id),
})

/** Those that were performed stand on the PaymentIntent; those the issuer declined only in our memory. */
function incrementsOf(intent: Stripe.PaymentIntent, asked: KeyRow[]): ChargeOperation[] {
  const done: ChargeOperation[] = []
  for (let count = 0; intent.metadata[incrementMetadata(count)] !== undefined; count++) {
    const [amount, ...key] = intent.metadata[incrementMetadata(count)]!.split(':')
    done.push({
      key: key.join(':'),
      kind: 'increment',
      amountMinor: BigInt(amount!),
      state: 'succeeded',
      ref: intent.id,
    })
  }
  const declined = asked
    .filter((row) => row.kind === 'increment' && row.outcome === 'declined')
    .map(
      ({ key, amountMinor }): ChargeOperation => ({
        key,
        kind: 'increment',
        amountMinor: amountMinor!,
        state: 'failed',
        reason: 'increment_declined',
        ref: intent.id,
      }),
    )
  return [...done, ...declined]
}

/** Which of the voids we asked for it was: the one whose reply came, else every one whose reply did not. */
function voidsOf(asked: KeyRow[], amountMinor: bigint, ref: string): ChargeOperation[] {
  const voids = asked.filter((row) => row.kind === 'void' && row.outcome !== 'refused')
  const answered = voids.filter((row) => row.outcome === 'done')
  return (answered.length > 0 ? answered : voids).map(({ key }) => ({
    key,
    kind: 'void',
    amountMinor,
    state: 'succeeded',
    ref,
  }))
}

function refundOf(refund: Stripe.Refund, minor: (amount: number) => bigint): ChargeOperation {
  const failed = refund.status === 'failed' || refund.status === 'canceled'
  return {
    key: refund.metadata?.[METADATA.key] ?? refund.id,
    kind: 'refund',
    amountMinor: minor(refund.amount),
    state: failed ? 'failed' : refund.status === 'succeeded' ? 'succeeded' : 'pending',
    ...(failed ? { reason: refund.failure_reason ?? 'refund_failed' } : {}),
    ref: refund.id,
  }
}
