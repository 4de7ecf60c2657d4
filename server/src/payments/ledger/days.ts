import { type QueryExecutorProvider, sql } from 'kysely'
import { type Db, withTransaction } from '../../database.ts'
import { Failure } from '../../failure.ts'
import type { Book } from './store.ts'

/**
 * How long after its end a day is closed, ms. Journals carry the clock of the server that wrote them and are written within seconds; a
 * server whose clock is off by more than this has its journals refused and dated anew.
 */
export const CLOSE_AFTER_MS = 15 * 60_000
/** Days closed in one go: a server that was off for a year catches up over some rounds. */
const DAYS_A_ROUND = 60

/** A day of a book: `startsAt` ≤ its journals < `endsAt`. `day` is the date there where the organisation is. */
export type BookDay = Book & { sequence: number; day: string; startsAt: Date; endsAt: Date }

export const booksOf = async (db: QueryExecutorProvider): Promise<Book[]> =>
  (
    await sql<Book>`
      select distinct organisation_id as "organisationId", currency from ledger_account order by 1, 2`.execute(db)
  ).rows

export const closedDays = async (db: QueryExecutorProvider, book: Book, after = 0, limit = 1_000): Promise<BookDay[]> =>
  (
    await sql<BookDay>`
      select organisation_id as "organisationId", currency, sequence, day::text as day, starts_at as "startsAt", ends_at as "endsAt"
        from ledger_closed_day
       where organisation_id = ${book.organisationId} and currency = ${book.currency} and sequence > ${after}
       order by sequence limit ${limit}`.execute(db)
  ).rows

/**
 * Closes every day of the book that is over, one after another, with the first day that it had a journal as the first. From then on the
 * database refuses journals dated into them. Days follow each other without a gap or an overlap, also when the time zone was changed.
 */
export async function closeDueDays(db: Db, book: Book, now: Date): Promise<BookDay[]> {
  const closed: BookDay[] = []
  while (closed.length < DAYS_A_ROUND) {
    const day = await closeNextDay(db, book, now)
    if (day === null) break
    closed.push(day)
  }
  return closed
}

/** The day after the last closed one, in the organisation's time zone; null while it is not over. */
const nextDay = async (db: QueryExecutorProvider, book: Book): Promise<BookDay | null> => {
  const { rows } = await sql<BookDay>`
    with calendar as (
      select coalesce((select time_zone from ledger_calendar where organisation_id = ${book.organisationId}), 'UTC') as zone
    ), last as (
      select sequence, day, ends_at from ledger_closed_day
       where organisation_id = ${book.organisationId} and currency = ${book.currency} order by sequence desc limit 1
    ), first as (
      select min(created_at) as at from ledger_transfer
       where organisation_id = ${book.organisationId} and currency = ${book.currency}
    ), next as (
      select zone, coalesce(last.sequence, 0) + 1 as sequence, last.ends_at,
             coalesce(greatest(last.day + 1, (last.ends_at at time zone zone)::date), (first.at at time zone zone)::date) as day
        from calendar cross join first left join last on true
    )
    select sequence, day::text as day, coalesce(ends_at, day::timestamp at time zone zone) as "startsAt",
           (day + 1)::timestamp at time zone zone as "endsAt"
      from next where day is not null`.execute(db)
  const day = rows[0]
  return day === undefined ? null : { ...day, organisationId: book.organisationId, currency: book.currency }
}

function closeNextDay(db: Db, book: Book, now: Date): Promise<BookDay | null> {
  return withTransaction(db, async (tx) => {
    const seen = await nextDay(tx, book)
    if (seen === null || now.getTime() < seen.endsAt.getTime() + CLOSE_AFTER_MS) return null
    // Waits until whoever is writing to this book has committed; who comes after sees the day closed (0x4c454447: "LEDG").
    await sql`set local lock_timeout = '10s'`.execute(tx)
    await sql`
      select pg_advisory_xact_lock(x'4c454447'::int, hashtext(${book.organisationId} || ' ' || ${book.currency}))`.execute(
      tx,
    )
    const { rows } = await sql<{ sequence: number }>`
      insert into ledger_closed_day (organisation_id, currency, sequence, day, starts_at, ends_at, closed_at)
      values (${book.organisationId}, ${book.currency}, ${seen.sequence}, ${seen.day}::date, ${seen.startsAt}, ${seen.endsAt}, ${now})
      on conflict do nothing returning sequence`.execute(tx)
    // Another server closed it at the same moment: go on with the next.
    return rows.length === 0 ? nextDay(tx, book) : seen
  })
}

/** When days of an organisation end. Throws `request_malformed` for a name that is no time zone. */
export async function setTimeZone(tx: QueryExecutorProvider, organisationId: string, timeZone: string, now: Date) {
  const { rows } = await sql<{ known: boolean }>`
    select exists (select 1 from pg_timezone_names where name = ${timeZone}) as known`.execute(tx)
  if (!rows[0]!.known) throw new Failure('request_malformed', { detail: 'There is no time zone by this name.' })
  await sql`
    insert into ledger_calendar (organisation_id, time_zone, changed_at) values (${organisationId}, ${timeZone}, ${now})
    on conflict (organisation_id) do update set time_zone = excluded.time_zone, changed_at = excluded.changed_at`.execute(
    tx,
  )
}

export async function timeZoneOf(db: QueryExecutorProvider, organisationId: string): Promise<string> {
  const { rows } = await sql<{ zone: string }>`
    select time_zone as zone from ledger_calendar where organisation_id = ${organisationId}`.execute(db)
  return rows[0]?.zone ?? 'UTC'
}

/** Days of an organisation that has no calendar and has closed no day yet end in this time zone from now on. */
export async function agreeTimeZone(db: QueryExecutorProvider, organisationId: string, timeZone: string, now: Date) {
  await sql`
    insert into ledger_calendar (organisation_id, time_zone, changed_at)
    select ${organisationId}, z.name, ${now} from pg_timezone_names z
     where z.name = ${timeZone}
       and not exists (select 1 from ledger_closed_day d where d.organisation_id = ${organisationId})
    on conflict (organisation_id) do nothing`.execute(db)
}
