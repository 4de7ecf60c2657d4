import type Stripe from 'stripe'
import { type Charge, ProcessorFailure } from '../processor.ts'
import { chargeOf, EXPAND, METADATA } from './charge-record.ts'
import type { StripeKeys } from './keys.ts'
import { nameOf, readName, type StripeName } from './references.ts'
import { ask, askWhether } from './wire.ts'

/** How far Stripe's clock may be from ours, s. */
const CLOCK_SLACK_S = 300
/** After its last try a request can be under way this long at most, s. */
const UNDER_WAY_S = 900
/** Stripe's largest page. */
const PAGE = 100
/** Pages read of one list before it is given up, so that a list without an end is a failure and not a loop. */
const MOST_PAGES = 1_000

export type Reading = { stripe: Stripe; keys: StripeKeys }

/** Options that name the account a request goes to. */
export const at = (account: string | null): { stripeAccount?: string } =>
  account === null ? {} : { stripeAccount: account }

/** Reads a list page by page, newest first, each page with its own patience. Whoever has seen enough stops. */
export async function* pagesOf<T extends { id: string }>(
  list: (page: { limit: number; starting_after?: string }) => Promise<{ data: T[]; has_more: boolean }>,
): AsyncGenerator<T> {
  let after: string | undefined
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const { data, has_more } = await ask(() => list({ limit: PAGE, ...(after ? { starting_after: after } : {}) }))
    yield* data
    after = data.at(-1)?.id
    if (!has_more || after === undefined) return
  }
  throw new ProcessorFailure('lost', 'list_too_long')
}

/** A PaymentIntent with what belongs to it, as the port's charge. */
export async function recordOf({ stripe, keys }: Reading, intent: Stripe.PaymentIntent, account: string | null) {
  const refunds = await refundsOf(stripe, intent, account)
  return chargeOf(intent, account, refunds, await keys.about(nameOf({ account, id: intent.id })))
}

async function refundsOf(stripe: Stripe, intent: Stripe.PaymentIntent, account: string | null) {
  const page = typeof intent.latest_charge === 'string' ? null : intent.latest_charge?.refunds
  if (!page) return []
  if (!page.has_more) return [...page.data].reverse()
  const all: Stripe.Refund[] = []
  const query = { payment_intent: intent.id }
  for await (const refund of pagesOf((turn) => stripe.refunds.list({ ...query, ...turn }, at(account))))
    all.push(refund)
  return all.reverse()
}

/** The charge as Stripe has it now; null when there is none of that name. */
export async function readCharge(reading: Reading, { account, id }: StripeName): Promise<Charge | null> {
  const intent = await askWhether(() => reading.stripe.paymentIntents.retrieve(id, { expand: EXPAND }, at(account)))
  return intent === null ? null : recordOf(reading, intent, account)
}

/**
 * The charge of a key. Known to us by its name in most cases. When the reply that would have told it was lost, the PaymentIntents of the
 * minutes around the request are looked through for the key in their metadata: lists are exact, Stripe's search lags behind. Nothing is
 * ever sent again to find out: a repeated request would charge a shopper who may have left.
 */
export async function findCharge(reading: Reading, key: string): Promise<Charge | null> {
  const { stripe, keys } = reading
  const row = await keys.find(key)
  if (row === null || row.kind !== 'authorise') return null
  if (row.ref !== null) return readCharge(reading, readName(row.ref, 'pi')!)
  const created = {
    gte: Math.floor(row.firstSentAt.getTime() / 1000) - CLOCK_SLACK_S,
    lte: Math.floor(row.lastSentAt.getTime() / 1000) + UNDER_WAY_S,
  }
  let found: string | null = null
  for await (const intent of pagesOf((turn) => stripe.paymentIntents.list({ created, ...turn }, at(row.account)))) {
    if (intent.metadata[METADATA.key] !== key) continue
    found = intent.id
    break
  }
  if (found === null) return null
  await keys.learn(key, { ref: nameOf({ account: row.account, id: found }) })
  return readCharge(reading, { account: row.account, id: found })
}
