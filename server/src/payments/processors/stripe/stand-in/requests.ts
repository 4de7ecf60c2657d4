import { all, get, type Ledger, make, type Thing } from './books.ts'
import * as cards from './cards.ts'
import { type Form, formIn, numberIn, textIn } from './form.ts'
import * as payments from './payments.ts'
import { badRequest } from './refusal.ts'

type Answer = (ledger: Ledger, id: string, form: Form) => Thing

const intents = (ledger: Ledger, form: Form) => all(ledger, 'payment_intent', (thing) => within(thing, form))

/** Every request the stand-in answers; `id` is what stands in the path. */
const ANSWERS: Record<string, Answer> = {
  'POST /v1/customers': (ledger, _id, form) => cards.createCustomer(ledger, form),
  'DELETE /v1/customers/{customer}': (ledger, id) => cards.deleteCustomer(ledger, id),
  'POST /v1/payment_methods': (ledger, _id, form) => cards.copyCard(ledger, form),
  'GET /v1/payment_methods/{payment_method}': (ledger, id) => get(ledger, id, 'PaymentMethod', 'payment_method'),
  'POST /v1/payment_methods/{payment_method}/attach': cards.attachCard,
  'POST /v1/payment_methods/{payment_method}/detach': (ledger, id) => cards.detachCard(ledger, id),
  'POST /v1/setup_intents': (ledger, _id, form) => cards.createSetup(ledger, form),
  'GET /v1/setup_intents/{intent}': (ledger, id) => get(ledger, id, 'setupintent'),
  'POST /v1/setup_intents/{intent}/cancel': (ledger, id) => cards.cancelSetup(ledger, id),
  'POST /v1/checkout/sessions': (ledger, _id, form) => cards.createPage(ledger, form),
  'GET /v1/checkout/sessions/{session}': (ledger, id) => endedIfLate(ledger, get(ledger, id, 'checkout.session')),
  'POST /v1/terminal/readers/{reader}/process_setup_intent': cards.handToReader,
  'POST /v1/checkout/sessions/{session}/expire': (ledger, id) => cards.expirePage(ledger, id),
  'GET /v1/terminal/readers/{reader}': (ledger, id) => cards.readerAt(ledger, id),
  'POST /v1/terminal/readers/{reader}/cancel_action': (ledger, id) => cards.stopReader(ledger, id),
  'GET /v1/payment_intents': (ledger, _id, form) => page(intents(ledger, form), form),
  'POST /v1/payment_intents': (ledger, _id, form) => payments.createIntent(ledger, form),
  'GET /v1/payment_intents/{intent}': (ledger, id) => get(ledger, id, 'payment_intent'),
  'POST /v1/payment_intents/{intent}/capture': payments.captureIntent,
  'POST /v1/payment_intents/{intent}/cancel': (ledger, id, form) =>
    payments.cancelIntent(ledger, id, textIn(form, 'cancellation_reason')),
  'POST /v1/payment_intents/{intent}/increment_authorization': payments.raiseIntent,
  'GET /v1/refunds': (ledger, _id, form) => page(payments.refundsOf(ledger, textIn(form, 'payment_intent')!), form),
  'POST /v1/refunds': (ledger, _id, form) => payments.createRefund(ledger, form),
  'GET /v1/disputes/{dispute}': (ledger, id) => get(ledger, id, 'dispute'),
  'POST /v1/disputes/{dispute}': payments.answerDispute,
  'GET /v1/balance_transactions': (ledger, _id, form) =>
    page(
      all(ledger, 'balance_transaction', (thing) => thing.type === textIn(form, 'type') && within(thing, form)),
      form,
    ),
  'GET /v1/account': (ledger) =>
    make(ledger, 'account', 'acct', { country: 'US', charges_enabled: true, payouts_enabled: true }),
}

export function answer(ledger: Ledger, operation: string, path: string[], form: Form): Thing {
  // /v1/<things>/<id>[/<verb>], one folder deeper for checkout and terminal.
  const id = path[2] === 'checkout' || path[2] === 'terminal' ? path[4] : path[3]
  return ANSWERS[operation]!(ledger, id ?? '', form)
}

function within(thing: Thing, form: Form): boolean {
  const created = formIn(form, 'created')
  return (
    thing.created >= (numberIn(created, 'gte') ?? 0) &&
    thing.created <= (numberIn(created, 'lte') ?? Number.MAX_SAFE_INTEGER) &&
    thing.created < (numberIn(created, 'lt') ?? Number.MAX_SAFE_INTEGER)
  )
}

/** One page of a list, newest first. */
function page(things: Thing[], form: Form): Thing {
  const limit = numberIn(form, 'limit') ?? 10
  if (limit < 1 || limit > 100) throw badRequest('parameter_invalid_integer', 'limit')
  const after = textIn(form, 'starting_after')
  const from = after === null ? 0 : things.findIndex((thing) => thing.id === after) + 1
  const data = things.slice(from, from + limit)
  return { id: '', object: 'list', data, has_more: from + limit < things.length, url: '/v1', $: {} }
}

function endedIfLate(ledger: Ledger, session: Thing): Thing {
  if (session.status === 'open' && session.expires_at <= ledger.books.nowS()) session.status = 'expired'
  return session
}

/** What goes over the wire: a copy without what only the stand-in knows, with the named references opened. */
export function expand(ledger: Ledger, thing: Thing, paths: string[]): Record<string, unknown> {
  const shown = show(thing)
  for (const path of paths) open(ledger, shown, path.split('.'))
  return shown
}

const show = ({ $: _hidden, ...thing }: Thing): Record<string, unknown> =>
  structuredClone(
    thing.object === 'list'
      ? { ...thing, id: undefined, data: thing.data.map((each: Thing) => show(each)) }
      : omit(thing),
  )

/** A charge shows its refunds only when asked to. */
const omit = (thing: Record<string, unknown>): Record<string, unknown> =>
  thing.object === 'charge' ? { ...thing, refunds: undefined } : thing

function open(ledger: Ledger, thing: Record<string, unknown>, [name, ...rest]: string[]): void {
  const inside = name === 'refunds' && thing.object === 'charge' ? listRefunds(ledger, thing) : thing[name!]
  if (Array.isArray(inside)) {
    for (const each of inside) open(ledger, each as Record<string, unknown>, rest)
    return
  }
  // An expansion that leads nowhere is an error there too, but for a reference that is empty.
  if (inside === undefined) throw badRequest('parameter_invalid', 'expand')
  const opened = typeof inside === 'string' ? show(ledger.things.get(inside)!) : inside
  thing[name!] = opened
  if (rest.length > 0 && opened) open(ledger, opened as Record<string, unknown>, rest)
}

function listRefunds(ledger: Ledger, charge: Record<string, unknown>): Record<string, unknown> {
  const refunds = payments.refundsOf(ledger, charge.payment_intent as string)
  return {
    object: 'list',
    data: refunds.slice(0, 10).map(show),
    has_more: refunds.length > 10,
    url: `/v1/charges/${charge.id}/refunds`,
  }
}
