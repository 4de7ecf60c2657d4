import { timingSafeEqual } from 'node:crypto'
import type { MoneyReason } from '../processor.ts'
import { asJson, type Books, INSERT_EVENTS, inBooks, readSetting } from './books.ts'
import { judgeCard } from './cards.ts'
import { wanted } from './events.ts'
import { plannedChanges } from './instruments.ts'
import { newRef } from './refs.ts'

export type TypedCard = { clientSecret: string; number: string; expiryMonth: number; expiryYear: number; cvc: string }

export type SetupConfirmation =
  | { kind: 'saved'; brand: string; last4: string }
  | { kind: 'refused'; reason: MoneyReason }
  | { kind: 'not_test' }
  | { kind: 'unknown' }

/** Cards a person may try on one set-up: a page that guesses numbers gets no further. */
const MAX_ATTEMPTS = 10

const sameSecret = (a: string, b: string) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

/**
 * Saves a card on a set-up. The number is judged in memory and never stored: what stays is a token that carries nothing of it, the
 * brand and the last four digits. A saved set-up answers the same again and takes no second card.
 */
export async function confirmSetup(books: Books, setupId: string, typed: TypedCard): Promise<SetupConfirmation> {
  const { setting, now } = await readSetting(books)
  return inBooks(books.pool, async (client) => {
    const found = await client.query<{
      client_secret: string
      attempts: number
      cancelled: boolean
      token: string | null
      brand: string | null
      last4: string | null
    }>(
      `select s.client_secret, s.attempts, s.cancelled, s.token, i.brand, i.last4 from sandbox_processor.setup s
         left join sandbox_processor.instrument i on i.token = s.token where s.setup_id = $1 for update of s`,
      [setupId],
    )
    const setup = found.rows[0]
    if (!setup || !sameSecret(setup.client_secret, typed.clientSecret)) return { kind: 'unknown' }
    if (setup.token !== null) return { kind: 'saved', brand: setup.brand!, last4: setup.last4! }
    if (setup.cancelled) return { kind: 'unknown' }
    if (setup.attempts >= MAX_ATTEMPTS) return { kind: 'refused', reason: 'card_declined' }
    const verdict = judgeCard(typed, now)
    await client.query('update sandbox_processor.setup set attempts = attempts + 1, refused = $2 where setup_id = $1', [
      setupId,
      verdict.kind === 'refused' ? verdict.reason : null,
    ])
    if (verdict.kind !== 'saved') return verdict
    const { brand, last4, outcome } = verdict
    const { expiryMonth, expiryYear } = typed
    const card = { token: newRef('card'), brand, last4, expiryMonth, expiryYear }
    const { changes, events } = plannedChanges(card, outcome, now)
    await client.query(
      `insert into sandbox_processor.instrument (token, brand, last4, expiry_month, expiry_year, outcome, changes)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [card.token, brand, last4, expiryMonth, expiryYear, JSON.stringify(outcome), asJson(changes)],
    )
    await client.query(INSERT_EVENTS('$1', '(select 1) once'), [asJson(wanted(events, setting.event_types))])
    await client.query('update sandbox_processor.setup set token = $2 where setup_id = $1', [setupId, card.token])
    return { kind: 'saved', brand, last4 }
  })
}

/** How long the reader asks for a card, ms; the kiosk gives up before. */
const READER_ASKS_MS = 180_000

/** Holds a card to the reader: it is saved on the set-up that the reader was asked for last. `unknown`: it asks for none. */
export async function presentAtReader(books: Books, card: Omit<TypedCard, 'clientSecret'>): Promise<SetupConfirmation> {
  const { now } = await readSetting(books)
  const text = `select setup_id, client_secret from sandbox_processor.setup
    where form = 'reader' and token is null and not cancelled and created_at > $1 order by created_at desc limit 1`
  const since = new Date(now.getTime() - READER_ASKS_MS)
  const [asked] = await books.look<{ setup_id: string; client_secret: string }>('reader', text, [since])
  if (!asked) return { kind: 'unknown' }
  return confirmSetup(books, asked.setup_id, { ...card, clientSecret: asked.client_secret })
}
