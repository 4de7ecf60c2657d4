import type Stripe from 'stripe'
import { ProcessorFailure, type Setup, type SetupState } from '../processor.ts'
import type { Charging } from './authorising.ts'
import { METADATA } from './charge-record.ts'
import { moneyReason } from './declines.ts'
import { fingerprintOf } from './keys.ts'
import { savedCard } from './saved-cards.ts'
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
export async function createSetup(
  settings: Settings,
  { setupId, form }: { setupId: string; form?: FormKind | undefined },
): Promise<Setup> {
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
    return await open(settings, setupId, form ?? null)
  } catch (error) {
    if (error instanceof StripeRefusal) throw new ProcessorFailure('refused', error.code, { cause: error })
    throw error
  }
}

type FormKind = Setup['form']['kind']

/** What of a set-up is kept: its form and Stripe's name for it. */
type Known = { kind: FormKind; id: string }
const readRef = (ref: string): Known => {
  const [kind, id] = ref.split(' ') as [FormKind, string]
  return { kind, id }
}

/** The ways to take a card here, the best first. */
const waysOf = ({ readerRef, returnUrl, publishableKey }: CardForms): FormKind[] => [
  ...(readerRef === null ? [] : (['reader'] as const)),
  ...(returnUrl === null ? [] : (['hosted_page'] as const)),
  ...(publishableKey === null ? [] : (['elements'] as const)),
]
const othersOf = (forms: CardForms, kind: FormKind) => waysOf(forms).filter((way) => way !== kind)

async function open(settings: Settings, setupId: string, wished: FormKind | null): Promise<Setup> {
  const { stripe, keys, forms } = settings
  const metadata = { [METADATA.setup]: setupId }
  const under = (step: string) => ({ idempotencyKey: `${setupId}:${step}` })
  const customer = await ask(() => stripe.customers.create({ metadata }, under('customer')))
  const learn = (kind: Known['kind'], id: string) => keys.learn(setupId, { ref: `${kind} ${id}` })
  const ways = waysOf(forms)
  // A wish that cannot be met is no refusal: the best there is will do.
  const may = (way: FormKind) => ways.includes(way) && (wished === null || !ways.includes(wished) || way === wished)
  if (forms.readerRef !== null && may('reader')) {
    const intent = await createIntent(stripe, customer.id, 'card_present', setupId, under('reader_intent'))
    if (await handToReader(stripe, forms.readerRef, intent.id, under('reader'))) {
      await learn('reader', intent.id)
      return intentOf(settings, setupId, { kind: 'reader', id: intent.id })
    }
  }
  if (forms.returnUrl !== null && (may('hosted_page') || (wished === 'reader' && ways.includes('hosted_page')))) {
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

async function pageOf({ stripe, forms }: Settings, setupId: string, id: string): Promise<Setup> {
  const page = await ask(() => stripe.checkout.sessions.retrieve(id))
  // The page's name admits to nothing by itself; the shopper gets the address.
  const others = othersOf(forms, 'hosted_page')
  return { setupId, clientSecret: page.id, confirmUrl: page.url ?? '', form: { kind: 'hosted_page' }, others }
}

async function intentOf({ stripe, forms }: Settings, setupId: string, { kind, id }: Known): Promise<Setup> {
  if (kind === 'reader') {
    const form = { kind, readerRef: forms.readerRef ?? '' } as const
    return { setupId, clientSecret: id, confirmUrl: '', form, others: othersOf(forms, kind) }
  }
  const intent = await ask(() => stripe.setupIntents.retrieve(id))
  const form = { kind: 'elements', publishableKey: forms.publishableKey ?? '' } as const
  const others = othersOf(forms, kind)
  return { setupId, clientSecret: intent.client_secret ?? '', confirmUrl: STRIPE_SCRIPT_URL, form, others }
}

/** How a set-up stands; null when none was opened under that name. */
export async function fetchSetup(settings: Settings, setupId: string): Promise<SetupState | null> {
  const { stripe, keys } = settings
  const row = await keys.find(setupId)
  if (row === null || row.kind !== 'setup') return null
  if (row.ref === null) return { kind: 'open' }
  const { kind, id } = readRef(row.ref)
  if (kind === 'reader') return readerState(settings, id)
  if (kind !== 'hosted_page') return stateOf(stripe, await readIntent(stripe, id))
  const page = await ask(() => stripe.checkout.sessions.retrieve(id))
  if (page.status === 'expired') return { kind: 'failed', reason: 'processing_error' }
  const intent = typeof page.setup_intent === 'string' ? page.setup_intent : page.setup_intent?.id
  return intent === undefined || page.status !== 'complete'
    ? { kind: 'open' }
    : stateOf(stripe, await readIntent(stripe, intent))
}

/** The intent tells how it ended; that the reader gave up (cancelled on it, timed out) stands on the reader only. */
async function readerState({ stripe, forms }: Settings, id: string): Promise<SetupState> {
  const state = await stateOf(stripe, await readIntent(stripe, id))
  if (state.kind !== 'open' || forms.readerRef === null) return state
  const reader = await askWhether(() => stripe.terminal.readers.retrieve(forms.readerRef!))
  const action = reader === null || reader.deleted ? null : reader.action
  const asked = action?.process_setup_intent?.setup_intent
  if ((typeof asked === 'string' ? asked : asked?.id) !== id || action?.status !== 'failed') return state
  return { kind: 'failed', reason: moneyReason(null, action.failure_code ?? undefined) }
}

/** Ends a set-up nobody will finish. Whatever Stripe says about one that is over is as good. */
export async function cancelSetup({ stripe, keys, forms }: Settings, setupId: string): Promise<void> {
  const row = await keys.find(setupId)
  if (row === null || row.kind !== 'setup' || row.ref === null) return
  const { kind, id } = readRef(row.ref)
  const tell = (call: () => Promise<unknown>) =>
    ask(call).catch((error: unknown) => {
      if (!(error instanceof StripeRefusal)) throw error
    })
  if (kind === 'hosted_page') return void (await tell(() => stripe.checkout.sessions.expire(id)))
  if (kind === 'reader' && forms.readerRef !== null) {
    const { readerRef } = forms
    const reader = await askWhether(() => stripe.terminal.readers.retrieve(readerRef))
    const asked = reader === null || reader.deleted ? null : reader.action?.process_setup_intent?.setup_intent
    // Another kiosk's card may be asked for by now: that one goes on.
    if ((typeof asked === 'string' ? asked : asked?.id) === id)
      await tell(() => stripe.terminal.readers.cancelAction(readerRef))
  }
  await tell(() => stripe.setupIntents.cancel(id))
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
