import { type InstrumentState, type MoneyReason, ProcessorFailure, type SavedCard } from '../processor.ts'
import { asJson, type Books, INSERT_EVENTS, readSetting } from './books.ts'
import type { CardOutcome } from './cards.ts'
import { type EventRow, eventOf, wanted } from './events.ts'
import { newRef } from './refs.ts'

/** What the card scheme does to a card behind its token, and when. */
export type CardChange =
  | { kind: 'replaced'; at: string; last4: string; expiryMonth: number; expiryYear: number }
  | { kind: 'lost'; at: string }

export type InstrumentRow = {
  token: string
  brand: string
  last4: string
  /** null: saved by a version that kept no date. */
  expiry_month: number | null
  expiry_year: number | null
  outcome: Partial<CardOutcome>
  forgotten: boolean
  /** The merchant it was cloned for; null: the platform's own. */
  merchant_ref: string | null
  changes: CardChange[]
}

/** When a card whose number says so is replaced or lost, ms after it was saved: 30 days. */
export const CARD_CHANGES_AFTER_MS = 30 * 24 * 3_600_000
/** How long a replacement is good for, years. */
const REPLACEMENT_YEARS = 4

/** The card as it is at `now`, replacements done. */
export function savedCardAt(row: InstrumentRow, now: Date): SavedCard {
  const card: SavedCard = {
    token: row.token,
    brand: row.brand,
    last4: row.last4,
    expiryMonth: row.expiry_month,
    expiryYear: row.expiry_year,
  }
  for (const change of row.changes) {
    if (change.kind !== 'replaced' || new Date(change.at) > now) continue
    const { last4, expiryMonth, expiryYear } = change
    Object.assign(card, { last4, expiryMonth, expiryYear })
  }
  return card
}

export function instrumentAt(row: InstrumentRow, now: Date): InstrumentState {
  if (row.forgotten) return { kind: 'unusable', reason: 'forgotten' }
  if (row.changes.some((change) => change.kind === 'lost' && new Date(change.at) <= now)) {
    return { kind: 'unusable', reason: 'card_lost' }
  }
  const card = savedCardAt(row, now)
  const { expiryMonth: month, expiryYear: year } = card
  // A card is good to the last day of its month.
  const expired = month !== null && year !== null && Date.UTC(year, month, 1) <= now.getTime()
  return expired ? { kind: 'unusable', reason: 'card_expired' } : { kind: 'usable', ...card }
}

/** Why the issuer says no to a charge; null: it says yes. */
export function declineOf(row: InstrumentRow, now: Date): MoneyReason | null {
  const state = instrumentAt(row, now)
  if (state.kind === 'unusable' && state.reason !== 'forgotten') return state.reason
  return row.outcome.atCharge ?? null
}

export function replacement(row: SavedCard, at: Date): CardChange {
  const last4 = String((Number(row.last4) + 1_234) % 10_000).padStart(4, '0')
  return {
    kind: 'replaced',
    at: at.toISOString(),
    last4,
    expiryMonth: at.getUTCMonth() + 1,
    expiryYear: at.getUTCFullYear() + REPLACEMENT_YEARS,
  }
}

const changeEvent = (token: string, change: CardChange): EventRow =>
  eventOf(
    change.kind === 'lost' ? 'instrument.lost' : 'instrument.replaced',
    { kind: 'instrument', token },
    new Date(change.at),
  )

/** What will become of a card that is saved now, with the messages that will tell of it. */
export function plannedChanges(
  card: SavedCard,
  outcome: CardOutcome,
  now: Date,
): { changes: CardChange[]; events: EventRow[] } {
  if (outcome.later === null) return { changes: [], events: [] }
  const at = new Date(now.getTime() + CARD_CHANGES_AFTER_MS)
  const change = outcome.later === 'lost' ? { kind: 'lost' as const, at: at.toISOString() } : replacement(card, at)
  return { changes: [change], events: [changeEvent(card.token, change)] }
}

const FIND = 'select * from sandbox_processor.instrument where token = $1'
const find = async (books: Books, token: string): Promise<InstrumentRow | undefined> =>
  (await books.look<InstrumentRow>('instrument', FIND, [token]))[0]

export async function fetchInstrument(books: Books, token: string): Promise<InstrumentState | null> {
  const [row, { now }] = await Promise.all([find(books, token), readSetting(books)])
  return row ? instrumentAt(row, now) : null
}

export async function forgetInstrument(books: Books, token: string): Promise<void> {
  await books.write('forget', 'update sandbox_processor.instrument set forgotten = true where token = $1', [token])
}

/** The same card for one merchant of the platform. Cloned again it is the same clone. A clone is forgotten on its own. */
export async function cloneInstrument(
  books: Books,
  request: { token: string; merchantRef: string },
): Promise<{ token: string }> {
  const text = `insert into sandbox_processor.instrument
      (token, brand, last4, outcome, expiry_month, expiry_year, changes, merchant_ref, cloned_from)
    select $1, brand, last4, outcome, expiry_month, expiry_year, changes, $3, token
      from sandbox_processor.instrument where token = $2 and not forgotten and merchant_ref is null
    on conflict (cloned_from, merchant_ref) where not forgotten do update set brand = excluded.brand returning token`
  const [clone] = await books.write<{ token: string }>('clone', text, [
    newRef('card'),
    request.token,
    request.merchantRef,
  ])
  if (!clone) throw new ProcessorFailure('refused', 'instrument_unknown')
  return clone
}

/** The card scheme replaces a card, or hears that it is lost, now: the card itself and its clones. False: no such card. */
export async function changeCard(books: Books, token: string, kind: CardChange['kind']): Promise<boolean> {
  const of = 'select * from sandbox_processor.instrument where token = $1 or cloned_from = $1'
  const [rows, { setting, now }] = await Promise.all([
    books.look<InstrumentRow>('card-and-clones', of, [token]),
    readSetting(books),
  ])
  const card = rows.find((row) => row.token === token)
  if (!card) return false
  const change = kind === 'lost' ? { kind, at: now.toISOString() } : replacement(savedCardAt(card, now), now)
  const events = rows.map((row) => changeEvent(row.token, change))
  const text = `with card as (
      update sandbox_processor.instrument set changes = changes || $2::jsonb where token = $1 or cloned_from = $1)
    ${INSERT_EVENTS('$3', '(select 1) once')}`
  await books.write('change-card', text, [token, asJson([change]), asJson(wanted(events, setting.event_types))])
  return true
}
