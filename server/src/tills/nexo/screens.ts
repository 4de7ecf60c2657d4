import type { TillScreen, TillScreenAnswer } from '@paume/contract'
import { type Selectable, sql } from 'kysely'
import { toTimestamp } from '../../clock.ts'
import { tell, withTransaction } from '../../database.ts'
import { Failure } from '../../failure.ts'
import { ulid } from '../../ids.ts'
import type { TillTables } from '../tables.ts'
import { type NexoParts, nowOf } from './parts.ts'
import type { ScreenContent } from './screen-content.ts'

export type ScreenRow = Selectable<TillTables['nexo_screen']>

/** What those who wait for a terminal's screen are woken by. */
const topicOf = (terminalId: string) => `screen/${terminalId}`

/** Resolves when something was done about this terminal's screen, when `gone` aborts, or when it is time to look again. */
export const nextLook = (
  { hints }: NexoParts,
  terminalId: string,
  mostMs: number,
  gone?: AbortSignal,
  lookAgainMs?: number,
): Promise<void> => hints.next(topicOf(terminalId), mostMs, gone, lookAgainMs)

const find = ({ db }: Pick<NexoParts, 'db'>, terminalId: string): Promise<ScreenRow | undefined> =>
  db.selectFrom('nexo_screen').selectAll().where('terminal_id', '=', terminalId).executeTakeFirst()

/** The screen of that name, or undefined when it was taken down or something else was put up. */
export async function findScreen(parts: NexoParts, terminalId: string, id: string): Promise<ScreenRow | undefined> {
  const row = await find(parts, terminalId)
  return row?.id === id ? row : undefined
}

type Wanted = { terminalId: string; saleId: string; serviceId: string; content: ScreenContent; until: Date | null }

/**
 * Puts something on a terminal's screen in the place of what was there. The same message again is the screen that it put up; one with
 * its number and another content is null, and so is one of another till while a question of the first is open.
 */
export async function putUp(parts: NexoParts, wanted: Wanted): Promise<ScreenRow | null> {
  const { terminalId, saleId, serviceId, content, until } = wanted
  const now = nowOf(parts)
  return withTransaction(parts.db, async (tx) => {
    // Twins that come at once must not both find the screen free.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`nexo screen ${terminalId}`}, 0))`.execute(tx)
    const known = await tx
      .selectFrom('nexo_screen')
      .selectAll()
      .where('terminal_id', '=', terminalId)
      .forUpdate()
      .executeTakeFirst()
    if (known?.sale_id === saleId && known.service_id === serviceId) {
      return isSame(known.screen, content) ? known : null
    }
    const isAsking = known?.screen.ask !== undefined && known.answer === null && isUp(known, now)
    if (isAsking && known?.sale_id !== saleId) return null
    const fresh = {
      id: `scr_${ulid(now.getTime())}`,
      sale_id: saleId,
      service_id: serviceId,
      screen: JSON.stringify(content),
      until,
      answer: null,
      shown_at: null,
      created_at: now,
    }
    tell(tx, topicOf(terminalId))
    return tx
      .insertInto('nexo_screen')
      .values({ terminal_id: terminalId, ...fresh })
      .onConflict((on) => on.column('terminal_id').doUpdateSet(fresh))
      .returningAll()
      .executeTakeFirstOrThrow()
  })
}

/** The database keeps members in an order of its own. */
const isSame = (a: ScreenContent, b: ScreenContent) => ordered(a) === ordered(b)
const ordered = (value: unknown): string =>
  JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )

const isUp = ({ until }: Pick<ScreenRow, 'until'>, now: Date) => until === null || until > now

/** Gives the terminal its own screen back. False when nothing of this till (or of that message) was on it. */
export async function takeDown(
  { db }: NexoParts,
  terminalId: string,
  of?: { saleId: string; serviceId?: string | undefined; id?: string },
): Promise<boolean> {
  let gone = db.deleteFrom('nexo_screen').where('terminal_id', '=', terminalId)
  if (of !== undefined) gone = gone.where('sale_id', '=', of.saleId)
  if (of?.serviceId !== undefined) gone = gone.where('service_id', '=', of.serviceId)
  if (of?.id !== undefined) gone = gone.where('id', '=', of.id)
  const { numDeletedRows } = await gone.executeTakeFirst()
  if (numDeletedRows > 0n) tell(db, topicOf(terminalId))
  return numDeletedRows > 0n
}

/** What the terminal is to show now: null when there is nothing, it was answered, or its time is over. */
export async function shownNow(parts: NexoParts, terminalId: string, shopId: string): Promise<TillScreen | null> {
  const row = await find(parts, terminalId)
  if (row === undefined || row.answer !== null || !isUp(row, nowOf(parts))) return null
  const until = row.until === null ? {} : { until: toTimestamp(row.until) }
  return { id: row.id, content: row.screen, ...until, shopId }
}

/** The terminal says that it shows it. Throws `not_found` when it is no longer wanted. */
export async function noteShown(parts: NexoParts, terminalId: string, id: string): Promise<void> {
  const { numUpdatedRows } = await parts.db
    .updateTable('nexo_screen')
    .set({ shown_at: nowOf(parts) })
    .where('terminal_id', '=', terminalId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new Failure('not_found')
  tell(parts.db, topicOf(terminalId))
}

/** What the shopper answered, once. Throws `not_found` (no longer asked), `request_malformed` (no answer to this question). */
export async function noteAnswer(parts: NexoParts, terminalId: string, id: string, answer: TillScreenAnswer) {
  const row = await findScreen(parts, terminalId, id)
  if (row === undefined || row.answer !== null || !isUp(row, nowOf(parts))) throw new Failure('not_found')
  if (!fits(row.screen.ask, answer)) throw new Failure('request_malformed', { detail: 'This is not what was asked.' })
  const { numUpdatedRows } = await parts.db
    .updateTable('nexo_screen')
    .set({ answer: JSON.stringify(answer) })
    .where('terminal_id', '=', terminalId)
    .where('id', '=', id)
    .where('answer', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new Failure('not_found')
  tell(parts.db, topicOf(terminalId))
}

function fits(ask: ScreenContent['ask'], answer: TillScreenAnswer): boolean {
  if (ask === undefined) return false
  switch (answer.kind) {
    case 'cancelled':
      return true
    case 'confirmed':
      return ask.kind === 'confirmation'
    case 'digits':
      return ask.kind === 'digits' && answer.digits.length >= ask.minLength && answer.digits.length <= ask.maxLength
  }
}

/** Answers are of nobody's interest for longer than a till needs to ask again, ms. */
const ANSWER_KEPT_MS = 5 * 60_000
/** Takes out what was answered or is over. */
export const pruneScreens = (parts: NexoParts) =>
  parts.db
    .deleteFrom('nexo_screen')
    .where('created_at', '<', new Date(parts.clock.nowMs() - ANSWER_KEPT_MS))
    .where((is) => is.or([is('answer', 'is not', null), is('until', '<=', nowOf(parts))]))
    .execute()
