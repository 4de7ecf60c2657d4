import type Stripe from 'stripe'
import { type InstrumentState, ProcessorFailure, type SavedCard } from '../processor.ts'
import { type Charging, faceOf } from './authorising.ts'
import { at } from './reading.ts'
import { readToken, tokenOf } from './references.ts'
import { ask, askWhether, StripeRefusal } from './wire.ts'

const idOf = (what: string | { id: string } | null): string | null =>
  what === null || typeof what === 'string' ? what : what.id

/** A card of Stripe's as the port's. */
export function savedCard(
  method: Stripe.PaymentMethod,
  card: Stripe.PaymentMethod.Card,
  account: string | null,
): SavedCard {
  return {
    token: tokenOf({ account, customer: idOf(method.customer), paymentMethod: method.id }),
    brand: card.brand,
    last4: card.last4,
    expiryMonth: card.exp_month,
    expiryYear: card.exp_year,
  }
}

/** The card behind a token now. That its issuer called it lost is known from a decline only, and only while it is the same plastic. */
export async function fetchInstrument(settings: Charging, token: string): Promise<InstrumentState | null> {
  const named = readToken(token)
  if (named === null) return null
  const method = await askWhether(() =>
    settings.stripe.paymentMethods.retrieve(named.paymentMethod, {}, at(named.account)),
  )
  if (!method?.card) return null
  if (idOf(method.customer) !== named.customer) return { kind: 'unusable', reason: 'forgotten' }
  const saved = savedCard(method, method.card, named.account)
  if ((await settings.keys.lostFace(token)) === faceOf(method.card)) return { kind: 'unusable', reason: 'card_lost' }
  // Good to the end of its month, wherever on earth that ends last.
  const endsMs = Date.UTC(method.card.exp_year, method.card.exp_month, 1) + 12 * 3_600_000
  return settings.nowMs() > endsMs ? { kind: 'unusable', reason: 'card_expired' } : { kind: 'usable', ...saved }
}

/** Detaches the card and deletes its customer, who was made for this card and is nobody. Safe to repeat. */
export async function forgetInstrument({ stripe, keys }: Charging, token: string): Promise<void> {
  const named = readToken(token)
  if (named === null) return
  const options = at(named.account)
  const { customer, paymentMethod } = named
  const refusedBy = (call: () => Promise<unknown>): Promise<StripeRefusal | null> =>
    ask(call).then(
      () => null,
      (error: unknown) => {
        if (error instanceof StripeRefusal) return error
        throw error
      },
    )
  const kept = await refusedBy(() => stripe.paymentMethods.detach(paymentMethod, {}, options))
  // Detached before, or never there: what was wanted is so. Anything else is looked at, for a card must not stay by mistake.
  if (kept !== null) {
    const method = await askWhether(() => stripe.paymentMethods.retrieve(paymentMethod, {}, options))
    if (method?.customer) throw new ProcessorFailure('refused', kept.code, { cause: kept })
  }
  if (customer !== null) await refusedBy(() => stripe.customers.del(customer, {}, options))
  await keys.forgetLost(token)
}
