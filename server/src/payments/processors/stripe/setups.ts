import type Stripe from 'stripe'
import { type InstrumentState, ProcessorFailure, type SavedCard, type Setup, type SetupState } from '../processor.ts'
import { type Charging, faceOf } from './authorising.ts'
import { METADATA } from './charge-record.ts'
import { moneyReason } from './declines.ts'
import { fingerprintOf } from './keys.ts'
import { at } from './reading.ts'
import { readToken, tokenOf } from './references.ts'
import { ask, askWhether, STRIPE_SCRIPT_URL, StripeRefusal } from './wire.ts'

/** How a card may be taken here, the best first. A reader that does not answer gives way to the next. */
export type CardForms = {
  /** A Stripe Terminal reader beside the kiosk; null: there is none. */
  readerRef: string | null
  /** Stripe's page on the shopper's own phone: where it goes back to. Null: not offered. */
  returnUrl: string | null
  /** Stripe's fields in our page, the last choice: that page is then in scope of the card rules. */
  publishableKey: string | null
}

export type Settings = Charging & { forms: CardForms }

/** How long Stripe's page takes the card of one set-up, s. The least Stripe allows is half an hour. */
const PAGE_LIVES_S = 1_800

/**
 * Opens a set-up: a customer without any personal data, and on it a SetupIntent for charges while the shopper is away. Asked again under
 * its name it answers the same.
 */
export async function createSetup(settings: Settings, setupId: string): Promise<Setup> {
  const { keys } = settings
  const row = await keys.claim({
    key: setupId,
    kind: 'setup',
    account: null,
    ref: null,
    amountMinor: null,
    fingerprint: fingerprintOf('setup', setupId),
  })
  const known = row.ref === null ? null : readRef(row.ref)
  if (known)
    return known.kind === 'hosted_page' ? pageOf(settings, setupId, known.id) : intentOf(settings, setupId, known)
  try {
    return await open(settings, setupId)
  } catch (error) {
    if (error instanceof StripeRefusal) throw new ProcessorFailure('refused', error.code, { cause: error })
    throw error
  }
}

/** What of a set-up is kept: its form and Stripe's name for it. */
type Known = { kind: Setup['form']['kind']; id: string }
const readRef = (ref: string): Known => {
  const [kind, id] = ref.split(' ') as [Setup['form']['kind'], string]
  return { kind, id }
}

async function open(settings: Settings, setupId: string): Promise<Setup> {
  const { stripe, keys, forms } = settings
  const metadata = { [METADATA.setup]: setupId }
  const under = (step: string) => ({ idempotencyKey: `${setupId}:${step}` })
  const customer = await ask(() => stripe.customers.create({ metadata }, under('customer')))
  const learn = (kind: Known['kind'], id: string) => keys.learn(setupId, { ref: `${kind} ${id}` })
  if (forms.readerRef !== null) {
    const intent = await createIntent(stripe, customer.id, 'card_present', setupId, under('reader_intent'))
    if (await handToReader(stripe, forms.readerRef, intent.id, under('reader'))) {
      await learn('reader', intent.id)
      return intentOf(settings, setupId, { kind: 'reader', id: intent.id })
    }
  }
  if (forms.returnUrl !== null) {
    const page = await ask(() =>
      stripe.checkout.sessions.create(
        {
          mode: 'setup',
          customer: customer.id,
          allowed_payment_method_types: ['card'],
          success_url: forms.returnUrl!,
          cancel_url: forms.returnUrl!,
          expires_at: Math.floor(settings.nowMs() / 1000) + PAGE_LIVES_S + 60,
          setup_intent_data: { metadata },
          metadata,
        },
        under('page'),
      ),
    )
    await learn('hosted_page', page.id)
    return pageOf(settings, setupId, page.id)
  }
  if (forms.publishableKey === null) throw new ProcessorFailure('refused', 'no_card_form')
  const intent = await createIntent(stripe, customer.id, 'card', setupId, under('intent'))
  await learn('elements', intent.id)
  return intentOf(settings, setupId, { kind: 'elements', id: intent.id })
}

const createIntent = (
  stripe: Stripe,
  customer: string,
  type: 'card' | 'card_present',
  setupId: string,
  options: Stripe.RequestOptions,
): Promise<Stripe.SetupIntent> =>
  ask(() =>
    stripe.setupIntents.create(
      {
        customer,
        usage: 'off_session',
        allowed_payment_method_types: [type],
        metadata: { [METADATA.setup]: setupId },
      },
      options,
    ),
  )

/** Asks the reader for the card; false when it is off, busy or does not answer in time, and another form has to do. */
async function handToReader(
  stripe: Stripe,
  reader: string,
  setupIntent: string,
  options: Stripe.RequestOptions,
): Promise<boolean> {
  try {
    // The shopper consented at the kiosk to have the card kept for later.
    const asked = { setup_intent: setupIntent, allow_redisplay: 'always' } as const
    await ask(() => stripe.terminal.readers.processSetupIntent(reader, asked, options))
    return true
  } catch (error) {
    if (error instanceof StripeRefusal && error.code.startsWith('terminal_reader_')) return false
    throw error
  }
}

async function pageOf({ stripe }: Settings, setupId: string, id: string): Promise<Setup> {
  const page = await ask(() => stripe.checkout.sessions.retrieve(id))
  // The page's name admits to nothing by itself; the shopper gets the address.
  return { setupId, clientSecret: page.id, confirmUrl: page.url ?? '', form: { kind: 'hosted_page' } }
}

async function intentOf({ stripe, forms }: Settings, setupId: string, { kind, id }: Known): Promise<Setup> {
  if (kind === 'reader') {
    const form = { kind, readerRef: forms.readerRef ?? '' } as const
    return { setupId, clientSecret: id, confirmUrl: '', form }
  }
  const intent = await ask(() => stripe.setupIntents.retrieve(id))
  const form = { kind: 'elements', publishableKey: forms.publishableKey ?? '' } as const
  return { setupId, clientSecret: intent.client_secret ?? '', confirmUrl: STRIPE_SCRIPT_URL, form }
}

/** How a set-up stands; null when none was opened under that name. */
export async function fetchSetup({ stripe, keys }: Settings, setupId: string): Promise<SetupState | null> {
  const row = await keys.find(setupId)
  if (row === null || row.kind !== 'setup') return null
  if (row.ref === null) return { kind: 'open' }
  const { kind, id } = readRef(row.ref)
  if (kind !== 'hosted_page') return stateOf(stripe, await readIntent(stripe, id))
  const page = await ask(() => stripe.checkout.sessions.retrieve(id))
  if (page.status === 'expired') return { kind: 'failed', reason: 'processing_error' }
  const intent = typeof page.setup_intent === 'string' ? page.setup_intent : page.setup_intent?.id
  return intent === undefined || page.status !== 'complete'
    ? { kind: 'open' }
    : stateOf(stripe, await readIntent(stripe, intent))
}

const readIntent = (stripe: Stripe, id: string) =>
  ask(() => stripe.setupIntents.retrieve(id, { expand: ['payment_method', 'latest_attempt'] }))

async function stateOf(stripe: Stripe, intent: Stripe.SetupIntent): Promise<SetupState> {
  if (intent.status === 'canceled') return { kind: 'failed', reason: 'processing_error' }
  if (intent.status !== 'succeeded') {
    const error = intent.last_setup_error
    return error ? { kind: 'failed', reason: moneyReason(error.decline_code, error.code) } : { kind: 'open' }
  }
  const method = await reusable(stripe, intent)
  if (!method?.card) return { kind: 'failed', reason: 'card_declined' }
  return { kind: 'succeeded', ...savedCard(method, method.card, null) }
}

/** A card held to a reader cannot be kept itself; Stripe makes a card of it that can, for most. */
async function reusable(stripe: Stripe, intent: Stripe.SetupIntent): Promise<Stripe.PaymentMethod | null> {
  const attempt = typeof intent.latest_attempt === 'string' ? null : intent.latest_attempt
  const generated = attempt?.payment_method_details?.card_present?.generated_card
  const id = typeof generated === 'string' ? generated : generated?.id
  if (id !== undefined) return ask(() => stripe.paymentMethods.retrieve(id))
  return typeof intent.payment_method === 'string' ? null : intent.payment_method
}

const idOf = (what: string | { id: string } | null): string | null =>
  what === null || typeof what === 'string' ? what : what.id

function savedCard(method: Stripe.PaymentMethod, card: Stripe.PaymentMethod.Card, account: string | null): SavedCard {
  return {
    token: tokenOf({ account, customer: idOf(method.customer), paymentMethod: method.id }),
    brand: card.brand,
    last4: card.last4,
    expiryMonth: card.exp_month,
    expiryYear: card.exp_year,
  }
}

/** The card behind a token now. That its issuer called it lost is known from a decline only, and only while it is the same plastic. */
export async function fetchInstrument(settings: Settings, token: string): Promise<InstrumentState | null> {
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
export async function forgetInstrument({ stripe, keys }: Settings, token: string): Promise<void> {
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
