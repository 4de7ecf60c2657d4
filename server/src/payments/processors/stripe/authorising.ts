import type Stripe from 'stripe'
import { type AuthoriseRequest, type Charge, ProcessorFailure } from '../processor.ts'
import { toStripeAmount } from './amounts.ts'
import { EXPAND, METADATA } from './charge-record.ts'
import { fingerprintOf, type KeyRow } from './keys.ts'
import { at, findCharge, type Reading, readCharge, recordOf } from './reading.ts'
import { accountOf, type CardToken, nameOf, type Payee, readName, readPayee, readToken, tokenOf } from './references.ts'
import { ask, REPLY_TIMEOUT_MS, StripeRefusal } from './wire.ts'

/** Stripe forgets a key after 24 h; we stop an hour before and ask its books instead, ms. */
const KEY_LIVES_MS = 23 * 3_600_000

export type Charging = Reading & {
  nowMs(): number
  /** Increments and overcapture, which Stripe gives to accounts with interchange-plus pricing only. */
  flexible: boolean
}

const refused = (reason: string, cause?: unknown) => new ProcessorFailure('refused', reason, { cause })

/** True when Stripe may have forgotten the key: then nothing is sent, its books are read. */
export const tooOld = ({ nowMs }: Pick<Charging, 'nowMs'>, row: Pick<KeyRow, 'firstSentAt'>): boolean =>
  nowMs() - row.firstSentAt.getTime() > KEY_LIVES_MS

/** One PaymentIntent, confirmed as it is made. Under a key that was used it answers the charge as it stands. */
export async function authorise(charging: Charging, request: AuthoriseRequest): Promise<Charge> {
  const amount = toStripeAmount(request.amountMinor, request.currency)
  const payee = readPayee(request.merchantRef)
  const account = accountOf(payee)
  const card = readToken(request.token)
  const { key, token, currency, initiator, capture } = request
  const fingerprint = fingerprintOf(token, request.amountMinor, currency, initiator, capture, request.merchantRef)
  const row = await charging.keys.claim({
    key,
    kind: 'authorise',
    account,
    ref: null,
    amountMinor: request.amountMinor,
    currency,
    merchantRef: request.merchantRef ?? null,
    fingerprint,
  })
  if (row.ref !== null) return (await readCharge(charging, readName(row.ref, 'pi')!)) ?? lostTrack()
  if (tooOld(charging, row)) {
    const found = await findCharge(charging, key)
    if (found) return found
    throw refused('key_expired')
  }
  // A clone belongs to its account, and a card of the platform is cloned on the way.
  if (card === null || (card.account !== null && card.account !== account)) throw refused('instrument_unknown')
  try {
    const beganMs = performance.now()
    const usable = card.account === account ? card : await cloneOnce(charging, card, account!, key)
    // Nobody waits for this charge any more: better none than one that comes late.
    if (performance.now() - beganMs > REPLY_TIMEOUT_MS) throw new ProcessorFailure('not_performed', 'too_slow')
    const intent = await ask(() =>
      charging.stripe.paymentIntents.create(creation(charging, request, payee, usable, amount), {
        ...at(account),
        idempotencyKey: key,
      }),
    )
    return await made(charging, request, intent, account)
  } catch (error) {
    if (!(error instanceof StripeRefusal)) throw error
    if (error.paymentIntent) return made(charging, request, error.paymentIntent, account)
    throw refused(refusalOf(error), error)
  }
}

const lostTrack = (): never => {
  throw new ProcessorFailure('lost', 'charge_not_shown')
}

/** Why Stripe made no payment at all, in the port's words. */
export function refusalOf(error: StripeRefusal): string {
  if (error.code === 'idempotency_error') return 'key_of_another_request'
  if (error.param === 'payment_method' || error.param === 'customer') return 'instrument_unknown'
  if (/^amount_too_(small|large)$/.test(error.code) || error.param === 'amount') return 'amount_invalid'
  return error.code === 'parameter_invalid_integer' ? 'amount_invalid' : error.code
}

function creation(
  { flexible }: Charging,
  request: AuthoriseRequest,
  payee: Payee,
  { customer, paymentMethod }: CardToken,
  amount: number,
): Stripe.PaymentIntentCreateParams {
  const { key, currency, initiator, capture, reference } = request
  return {
    amount,
    currency: currency.toLowerCase(),
    ...(customer === null ? {} : { customer }),
    payment_method: paymentMethod,
    allowed_payment_method_types: ['card'],
    capture_method: capture,
    confirm: true,
    // The merchant starts it, or the shopper stands there: then a bank that wants more of them is a "no", there is nobody to ask.
    ...(initiator === 'merchant' ? { off_session: true } : { error_on_requires_action: true }),
    ...(flexible && capture === 'manual'
      ? {
          payment_method_options: {
            card: { request_incremental_authorization: 'if_available', request_overcapture: 'if_available' },
          },
        }
      : {}),
    ...(payee.kind === 'destination' ? { transfer_data: { destination: payee.account } } : {}),
    ...(reference ? { description: `Payment ${reference.paymentId}` } : {}),
    metadata: {
      [METADATA.key]: key,
      ...(reference
        ? { [METADATA.payment]: reference.paymentId, [METADATA.till]: reference.tillReference.slice(0, 500) }
        : {}),
    },
    expand: EXPAND,
  }
}

/** Keeps the name of what was made. A bank that still wants the shopper's help gets none: that payment is ended. */
async function made(
  charging: Charging,
  request: AuthoriseRequest,
  intent: Stripe.PaymentIntent,
  account: string | null,
): Promise<Charge> {
  await charging.keys.learn(request.key, { ref: nameOf({ account, id: intent.id }) })
  if (intent.status === 'requires_action') {
    await ask(() =>
      charging.stripe.paymentIntents.cancel(intent.id, {}, { ...at(account), idempotencyKey: `${request.key}:end` }),
    ).catch(() => {})
  }
  const charge = await recordOf(charging, intent, account)
  if (charge.declineReason === 'card_lost') await rememberLost(charging, request.token)
  return charge
}

async function rememberLost(charging: Charging, token: string): Promise<void> {
  const { account, paymentMethod } = readToken(token)!
  const method = await ask(() =>
    charging.stripe.paymentMethods.retrieve(paymentMethod, {}, { ...at(account), timeout: 2_000 }),
  ).catch(() => null)
  if (method?.card) await charging.keys.noteLost(token, faceOf(method.card))
}

/** What tells one plastic from the next behind the same token, and nothing else: a digest. */
export const faceOf = ({ fingerprint, last4, exp_month, exp_year }: Stripe.PaymentMethod.Card): string =>
  fingerprintOf(fingerprint, last4, `${exp_month}`, `${exp_year}`)

/** A copy of the platform's card on a connected account, good for one charge. */
async function cloneOnce(charging: Charging, card: CardToken, account: string, key: string): Promise<CardToken> {
  const copy = await ask(() =>
    charging.stripe.paymentMethods.create(copyOf(card), { ...at(account), idempotencyKey: `${key}:clone` }),
  )
  return { account, customer: null, paymentMethod: copy.id }
}

export function copyOf({ account, customer, paymentMethod }: CardToken): Stripe.PaymentMethodCreateParams {
  if (account !== null) throw refused('instrument_unknown')
  return { ...(customer === null ? {} : { customer }), payment_method: paymentMethod }
}

/**
 * A copy of the platform's card on a connected account, to keep: it hangs on a customer of that account, so that it can be charged again
 * and forgotten by itself.
 */
export async function cloneInstrument(
  charging: Charging,
  { token, merchantRef }: { token: string; merchantRef: string },
): Promise<{ token: string }> {
  const payee = readPayee(merchantRef)
  const card = readToken(token)
  if (card === null) throw refused('instrument_unknown')
  // On the platform the card is charged as it is.
  if (payee.kind !== 'direct') return { token }
  const { account } = payee
  try {
    const copy = await ask(() => charging.stripe.paymentMethods.create(copyOf(card), at(account)))
    const customer = await ask(() => charging.stripe.customers.create({}, at(account)))
    await ask(() => charging.stripe.paymentMethods.attach(copy.id, { customer: customer.id }, at(account)))
    return { token: tokenOf({ account, customer: customer.id, paymentMethod: copy.id }) }
  } catch (error) {
    if (error instanceof StripeRefusal) throw refused(refusalOf(error), error)
    throw error
  }
}
