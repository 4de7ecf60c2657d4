import { type CardBehaviour, get, type Ledger, ledgerOf, make, type Thing, tell } from './books.ts'
import { type Form, listIn, metadataIn, numberIn, textIn } from './form.ts'
import { badRequest, missing, WireError } from './refusal.ts'

export function createCustomer(ledger: Ledger, form: Form): Thing {
  return make(ledger, 'customer', 'cus', { metadata: metadataIn(form) })
}

export function deleteCustomer(ledger: Ledger, id: string): Thing {
  const customer = get(ledger, id, 'customer', 'id')
  customer.$.deleted = true
  for (const thing of ledger.things.values()) {
    if (thing.object === 'payment_method' && thing.customer === id) detach(thing)
  }
  return { id, object: 'customer', deleted: true, $: {} }
}

const detach = (card: Thing) => {
  card.customer = null
  card.$.usedUp = true
}

export function detachCard(ledger: Ledger, id: string): Thing {
  const card = get(ledger, id, 'PaymentMethod', 'payment_method')
  if (card.customer === null) throw badRequest('payment_method_not_attached')
  const { customer } = card
  detach(card)
  tell(ledger, 'payment_method.detached', card, { customer })
  return card
}

export function attachCard(ledger: Ledger, id: string, form: Form): Thing {
  const card = get(ledger, id, 'PaymentMethod', 'payment_method')
  const customer = get(ledger, textIn(form, 'customer'), 'customer', 'customer')
  if (card.$.usedUp) throw badRequest('payment_method_unusable', 'payment_method')
  card.customer = customer.id
  return card
}

const cardDetails = (last4: string, expYear = 2040) => ({
  brand: 'visa',
  last4,
  exp_month: 12,
  exp_year: expYear,
  fingerprint: `face${last4}`,
})

function newCard(ledger: Ledger, customer: string | null, behaviour: CardBehaviour, card = cardDetails('4242')): Thing {
  return make(ledger, 'payment_method', 'pm', { type: 'card', customer, card, metadata: {}, $: { behaviour } })
}

/** A copy of the platform's card on the account that asks. It is a card of its own from then on. */
export function copyCard(ledger: Ledger, form: Form): Thing {
  if (ledger.account === '') throw badRequest('parameter_invalid', 'payment_method')
  const platform = ledgerOf(ledger.books, '')
  const original = get(platform, textIn(form, 'payment_method'), 'PaymentMethod', 'payment_method')
  if (original.customer !== textIn(form, 'customer') || original.$.usedUp)
    throw badRequest('payment_method_unusable', 'payment_method')
  return newCard(ledger, null, original.$.behaviour as CardBehaviour, structuredClone(original.card))
}

export function createSetup(ledger: Ledger, form: Form): Thing {
  const customer = get(ledger, textIn(form, 'customer'), 'customer', 'customer')
  const setup = make(ledger, 'setup_intent', 'seti', {
    customer: customer.id,
    usage: textIn(form, 'usage') ?? 'off_session',
    metadata: metadataIn(form),
    status: 'requires_payment_method',
    payment_method: null,
    latest_attempt: null,
    last_setup_error: null,
    next_action: null,
    $: { present: listIn(form, 'allowed_payment_method_types').includes('card_present') },
  })
  setup.client_secret = `${setup.id}_secret_standin`
  return setup
}

export function createPage(ledger: Ledger, form: Form): Thing {
  const mode = textIn(form, 'mode')
  if (mode !== 'setup') throw badRequest('stand_in_sets_up_only', 'mode')
  if (textIn(form, 'success_url') === null) throw badRequest('parameter_missing', 'success_url')
  if (listIn(form, 'allowed_payment_method_types').length === 0 && textIn(form, 'currency') === null)
    throw badRequest('parameter_missing', 'currency')
  const expires = numberIn(form, 'expires_at') ?? ledger.books.nowS() + 86_400
  if (expires < ledger.books.nowS() + 1_800) throw badRequest('parameter_invalid', 'expires_at')
  const setup = createSetup(ledger, form)
  const page = make(ledger, 'checkout.session', 'cs_test', {
    mode,
    customer: setup.customer,
    metadata: metadataIn(form),
    setup_intent: setup.id,
    status: 'open',
    expires_at: expires,
    payment_status: 'no_payment_required',
  })
  page.url = `https://checkout.stripe.test/c/pay/${page.id}`
  return page
}

export function handToReader(ledger: Ledger, reader: string, form: Form): Thing {
  if (!reader.startsWith('tmr_')) throw missing('reader')
  if (ledger.books.readersOff.has(reader))
    throw new WireError(400, { code: 'terminal_reader_offline', message: 'Off.' })
  const setup = get(ledger, textIn(form, 'setup_intent'), 'setupintent', 'setup_intent')
  if (!setup.$.present) throw badRequest('parameter_invalid', 'setup_intent')
  const thing = readerAt(ledger, reader)
  if (thing.action?.status === 'in_progress')
    throw new WireError(400, { code: 'terminal_reader_busy', message: 'Busy.' })
  thing.action = {
    type: 'process_setup_intent',
    status: 'in_progress',
    failure_code: null,
    failure_message: null,
    process_setup_intent: { setup_intent: setup.id },
  }
  return thing
}

/** The reader of that name; here every name has one. */
export function readerAt(ledger: Ledger, id: string): Thing {
  const known = ledger.things.get(id)
  if (known) return known
  const reader = make(ledger, 'terminal.reader', 'tmr', { action: null })
  ledger.things.delete(reader.id)
  reader.id = id
  ledger.things.set(id, reader)
  return reader
}

export function stopReader(ledger: Ledger, id: string): Thing {
  const reader = readerAt(ledger, id)
  if (reader.action?.status !== 'in_progress') throw badRequest('terminal_reader_action_missing')
  reader.action = null
  return reader
}

/** The shopper presses the cross on the reader, or nobody comes. */
export function giveUpAtReader(ledger: Ledger, id: string, code = 'customer_canceled'): void {
  Object.assign(readerAt(ledger, id).action, { status: 'failed', failure_code: code, failure_message: code })
}

export function cancelSetup(ledger: Ledger, id: string): Thing {
  const setup = get(ledger, id, 'setupintent')
  if (setup.status === 'succeeded' || setup.status === 'canceled') throw badRequest('setup_intent_unexpected_state')
  setup.status = 'canceled'
  return setup
}

export function expirePage(ledger: Ledger, id: string): Thing {
  const page = get(ledger, id, 'checkout.session')
  if (page.status !== 'open') throw badRequest('resource_missing', 'session')
  page.status = 'expired'
  page.url = null
  return page
}

/** What the shopper does in Stripe's page, Stripe's fields or at the reader. Answers the card that can be charged later. */
export function presentCard(ledger: Ledger, id: string, behaviour: CardBehaviour, last4 = '4242'): Thing {
  const named = ledger.things.get(id)!
  const page = named.object === 'checkout.session' ? named : null
  const setup = page ? ledger.things.get(page.setup_intent)! : named
  const card = newCard(ledger, setup.customer, behaviour, cardDetails(last4))
  setup.status = 'succeeded'
  for (const thing of ledger.things.values())
    if (thing.object === 'terminal.reader' && thing.action?.process_setup_intent.setup_intent === setup.id)
      thing.action = { ...thing.action, status: 'succeeded' }
  if (page) page.status = 'complete'
  if (setup.$.present) {
    const held = make(ledger, 'payment_method', 'pm', { type: 'card_present', customer: null, metadata: {} })
    delete held.card
    setup.payment_method = held.id
    const attempt = make(ledger, 'setup_attempt', 'setatt', {
      setup_intent: setup.id,
      payment_method_details: { type: 'card_present', card_present: { generated_card: card.id, offline: null } },
    })
    setup.latest_attempt = attempt.id
  } else setup.payment_method = card.id
  tell(ledger, 'setup_intent.succeeded', setup)
  return card
}

/** The shopper's bank refuses the set-up. */
export function refuseCard(ledger: Ledger, id: string, error: { code: string; decline_code?: string }): void {
  const named = ledger.things.get(id)!
  const setup = named.object === 'checkout.session' ? ledger.things.get(named.setup_intent)! : named
  setup.last_setup_error = { type: 'card_error', ...error, message: 'Declined.' }
  tell(ledger, 'setup_intent.setup_failed', setup)
}

/** The scheme gives the holder a new number, or the issuer calls the card lost: of that Stripe tells nothing until it is charged. */
export function changeCard(ledger: Ledger, id: string, change: 'replaced' | 'lost'): void {
  const card = get(ledger, id, 'PaymentMethod')
  if (change === 'lost') {
    card.$.behaviour = 'lost'
    return
  }
  card.card = { ...card.card, last4: '1881', fingerprint: 'face1881', exp_year: card.card.exp_year + 3 }
  tell(ledger, 'payment_method.automatically_updated', card)
}
