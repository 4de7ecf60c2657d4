import type Stripe from 'stripe'
import { type Charge, type FollowUp, ProcessorFailure } from '../processor.ts'
import { toStripeAmount } from './amounts.ts'
import { type Charging, tooOld } from './authorising.ts'
import { EXPAND, incrementMetadata, METADATA } from './charge-record.ts'
import { fingerprintOf, type KeyOutcome, type KeyRow } from './keys.ts'
import { at, readCharge, recordOf } from './reading.ts'
import { nameOf, readName, readPayee, type StripeName } from './references.ts'
import { ask, StripeRefusal } from './wire.ts'

type Kind = 'increment' | 'capture' | 'void' | 'refund'

const refused = (reason: string, cause?: unknown) => new ProcessorFailure('refused', reason, { cause })
const has = (charge: Charge, key: string) => charge.operations.some((operation) => operation.key === key)

/** Sends the request; answers the PaymentIntent, or null when another look is needed to see what came of it. */
type Send = (name: StripeName, before: Charge | null) => Promise<Stripe.PaymentIntent | null>

/**
 * One request that follows a charge. The key is claimed first; a request that was sent before is looked up before it is sent again, and
 * after a day only looked up. What Stripe refuses is explained from the charge as it stands then.
 */
async function follow(
  charging: Charging,
  kind: Kind,
  request: FollowUp,
  { lookFirst, send }: { lookFirst: boolean; send: Send },
): Promise<Charge> {
  const { key, chargeRef, amountMinor } = request
  if (amountMinor <= 0n) throw refused('amount_invalid')
  const name = readName(chargeRef, 'pi')
  if (name === null) throw refused('charge_unknown')
  const fingerprint = fingerprintOf(kind, chargeRef, kind === 'void' ? null : amountMinor)
  const row = await charging.keys.claim({ key, kind, account: name.account, ref: chargeRef, amountMinor, fingerprint })
  if (row.outcome === 'declined') throw refused('increment_declined')
  const note = (outcome: KeyOutcome) => charging.keys.learn(key, { outcome })
  const refuse = async (reason: string, cause?: unknown) => {
    await note('refused')
    throw refused(reason, cause)
  }
  const look = async () => (await readCharge(charging, name)) ?? refuse('charge_unknown')
  let before: Charge | null = null
  if (lookFirst || !row.fresh) {
    before = await look()
    // A key asked for the first time cannot be what has happened, even where only our own memory could tell.
    if (!row.fresh && has(before, key)) return before
    if (tooOld(charging, row)) return refuse('key_expired')
    const reason = refusal(kind, before, amountMinor)
    if (reason !== null) return refuse(reason)
  }
  try {
    const intent = await send(name, before)
    await note('done')
    return intent === null ? await look() : await recordOf(charging, intent, name.account)
  } catch (error) {
    if (!(error instanceof StripeRefusal)) throw error
    if (kind === 'increment' && error.status === 402) {
      await note('declined')
      throw refused('increment_declined', error)
    }
    if (error.code === 'idempotency_error') throw refused('key_of_another_request', error)
    const after = await look()
    if (has(after, key)) return after
    return refuse(error.code === 'charge_disputed' ? error.code : reasonOf(kind, after, amountMinor, error), error)
  }
}

/** Why the charge does not take this, from how it stands; null when nothing speaks against it. */
function refusal(kind: Kind, charge: Charge, amountMinor: bigint): string | null {
  if (kind === 'refund') {
    if (charge.state !== 'captured') return 'charge_not_captured'
    const claimed = charge.operations
      .filter((operation) => operation.kind === 'refund' && operation.state !== 'failed')
      .reduce((sum, operation) => sum + operation.amountMinor, 0n)
    return claimed + amountMinor > charge.capturedMinor ? 'amount_exceeds' : null
  }
  if (charge.state !== 'authorised') return `charge_${charge.state}`
  return kind === 'capture' && amountMinor > charge.maximumCaptureMinor ? 'amount_exceeds' : null
}

const reasonOf = (kind: Kind, charge: Charge, amountMinor: bigint, error: StripeRefusal): string => {
  const amount = error.code === 'amount_too_large' || error.param?.startsWith('amount') ? 'amount_exceeds' : error.code
  return refusal(kind, charge, amountMinor) ?? amount
}

/** Takes the whole, less, or more where the card allows it. Stripe releases what is left. */
export const capture = (charging: Charging, request: FollowUp): Promise<Charge> =>
  follow(charging, 'capture', request, {
    lookFirst: false,
    async send({ account, id }, before) {
      const currency = before?.currency ?? (await currencyOf(charging, { account, id }))
      return ask(() =>
        charging.stripe.paymentIntents.capture(
          id,
          {
            amount_to_capture: toStripeAmount(request.amountMinor, currency),
            metadata: { [METADATA.capture]: request.key },
            expand: EXPAND,
          },
          { ...at(account), idempotencyKey: request.key },
        ),
      )
    },
  })

/** Releases an authorisation. Stripe would also end a declined payment: that is none. */
export const release = (charging: Charging, request: FollowUp): Promise<Charge> =>
  follow(charging, 'void', request, {
    lookFirst: true,
    send: ({ account, id }) =>
      ask(() =>
        charging.stripe.paymentIntents.cancel(
          id,
          { cancellation_reason: 'requested_by_customer', expand: EXPAND },
          { ...at(account), idempotencyKey: request.key },
        ),
      ),
  })

/** Raises an authorisation. Stripe wants the new total, so the charge is looked at first. */
export async function increment(charging: Charging, request: FollowUp): Promise<Charge> {
  if (!charging.flexible) throw new ProcessorFailure('unsupported', 'increment')
  return follow(charging, 'increment', request, {
    lookFirst: true,
    send({ account, id }, before) {
      const { amountMinor, currency, operations } = before!
      const done = operations.filter(({ kind, state }) => kind === 'increment' && state === 'succeeded').length
      return ask(() =>
        charging.stripe.paymentIntents.incrementAuthorization(
          id,
          {
            amount: toStripeAmount(amountMinor + request.amountMinor, currency),
            metadata: { [incrementMetadata(done)]: `${request.amountMinor}:${request.key}` },
            expand: EXPAND,
          },
          { ...at(account), idempotencyKey: request.key },
        ),
      )
    },
  })
}

/** Gives money back, and takes it back from a connected account it was passed on to. */
export const refund = (charging: Charging, request: FollowUp): Promise<Charge> =>
  follow(charging, 'refund', request, {
    lookFirst: true,
    async send({ account, id }, before) {
      const { currency, key: chargeKey } = before!
      const { merchantRef = null } = (await madeOf(charging, request.chargeRef)) ?? request
      const passedOn = readPayee(merchantRef).kind === 'destination'
      await ask(() =>
        charging.stripe.refunds.create(
          {
            payment_intent: id,
            amount: toStripeAmount(request.amountMinor, currency),
            ...(passedOn ? { reverse_transfer: true } : {}),
            metadata: { [METADATA.key]: request.key, [METADATA.charge]: chargeKey },
          },
          { ...at(account), idempotencyKey: request.key },
        ),
      )
      return null
    },
  })

/** Our own note of how a charge was made. */
const madeOf = async (charging: Charging, chargeRef: string): Promise<KeyRow | undefined> =>
  (await charging.keys.about(chargeRef)).find(({ kind }) => kind === 'authorise')

async function currencyOf(charging: Charging, name: StripeName): Promise<string> {
  const currency = (await madeOf(charging, nameOf(name)))?.currency ?? (await readCharge(charging, name))?.currency
  if (currency === undefined) throw refused('charge_unknown')
  return currency
}
