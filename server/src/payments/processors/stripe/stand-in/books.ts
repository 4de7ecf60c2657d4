import { EXTRACT } from './parameters.ts'
import { missing } from './refusal.ts'

/** What a card does, by the account of who holds it. */
export type CardBehaviour =
  | 'approves'
  | 'insufficient_funds'
  | 'lost'
  | 'wants_authentication'
  | 'slow_refund'
  | 'failing_refund'
  | 'declines_increments'

/** An object as it goes over the wire, with what the stand-in knows beside it under `$`. */
// biome-ignore lint/suspicious/noExplicitAny: objects of the wire, checked against the description when they are made
export type Thing = Record<string, any> & { id: string; object: string; $: Record<string, any> }

export type Books = {
  /** One for the platform (`''`) and one for each connected account. */
  accounts: Map<string, Map<string, Thing>>
  /** Everything that happened, oldest first. */
  events: Thing[]
  nowS(): number
  /** The key of test mode that is let in. */
  secretKey: string
  /** Readers that are switched off. */
  readersOff: Set<string>
  count: number
}

export const openBooks = (nowMs: () => number, secretKey: string): Books => ({
  accounts: new Map([['', new Map()]]),
  events: [],
  nowS: () => Math.floor(nowMs() / 1000),
  secretKey,
  readersOff: new Set(),
  count: 0,
})

/** The things of one account, named for it. */
export type Ledger = { books: Books; account: string; things: Map<string, Thing> }

export function ledgerOf(books: Books, account: string): Ledger {
  const things = books.accounts.get(account)
  if (!things) throw missing('account')
  return { books, account, things }
}

/** Makes something of Stripe's: its published example with what is given over it. A field that Stripe does not have stops the test. */
export function make(ledger: Ledger, object: string, prefix: string, fields: Record<string, unknown>): Thing {
  const { books, things } = ledger
  const known = EXTRACT.objects[object]
  if (!known) throw new Error(`no ${object} in the description`)
  const { $ = {}, ...shown } = fields
  for (const name of Object.keys(shown)) if (!(name in known.fields)) throw new Error(`${object} has no field ${name}`)
  books.count += 1
  const id = `${prefix}_${String(books.count).padStart(6, '0')}Standin`
  const thing = {
    // The published examples name fields that the description no longer has.
    ...Object.fromEntries(Object.entries(structuredClone(known.example)).filter(([name]) => name in known.fields)),
    ...('created' in known.fields ? { created: books.nowS() } : {}),
    ...('livemode' in known.fields ? { livemode: false } : {}),
    ...shown,
    id,
    object,
    $: $ as Record<string, unknown>,
  } as Thing
  things.set(id, thing)
  return thing
}

export function get(ledger: Ledger, id: string | null | undefined, what: string, param: string | null = null): Thing {
  const thing = id ? ledger.things.get(id) : undefined
  if (!thing || thing.$.deleted) throw missing(`${what}: '${id}'`, param, param === null ? 404 : 400)
  return thing
}

/** All of one kind, newest first, as lists of Stripe come. */
export const all = (ledger: Ledger, object: string, fits: (thing: Thing) => boolean = () => true): Thing[] =>
  [...ledger.things.values()].filter((thing) => thing.object === object && fits(thing)).reverse()

/** Notes that something happened, as the message it will be sent as. */
export function tell(ledger: Ledger, type: string, thing: Thing, before?: Record<string, unknown>): void {
  const { books, account } = ledger
  books.count += 1
  const { $: _hidden, ...shown } = thing
  books.events.push({
    id: `evt_${String(books.count).padStart(6, '0')}`,
    object: 'event',
    type,
    created: books.nowS(),
    ...(account === '' ? {} : { account }),
    data: { object: structuredClone(shown), ...(before ? { previous_attributes: before } : {}) },
    $: {},
  })
}

/** A movement on the balance of the account, available two days later. */
export function move(ledger: Ledger, type: string, source: Thing, amount: number, fee: number): Thing {
  const now = ledger.books.nowS()
  return make(ledger, 'balance_transaction', 'txn', {
    type,
    source: source.id,
    amount,
    fee,
    net: amount - fee,
    currency: source.currency,
    available_on: now + 2 * 86_400,
    status: 'pending',
  })
}
