import { type Selectable, sql } from 'kysely'
import type { Db, Tx } from '../../database.ts'
import type { TillTables } from '../tables.ts'

export type EventRow = Selectable<TillTables['nexo_event']>

/**
 * Who reads events after the last number it knows must not miss one: writers of one key take turns until they commit. The event is
 * pushed as well when the key says where to.
 */
export async function addEvent(tx: Tx, keyId: string, body: object, now: Date): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`nexo events ${keyId}`}, 0))`.execute(tx)
  await sql`
    insert into nexo_event (key_id, body, created_at, push_state, push_due_at)
    select id, ${JSON.stringify(body)}, ${now},
      case when events_url is null then 'none' else 'pending' end,
      case when events_url is null then null else ${now}::timestamptz end
    from nexo_key where id = ${keyId}`.execute(tx)
}

export const eventsAfter = (db: Db, keyId: string, after: number) =>
  db
    .selectFrom('nexo_event')
    .selectAll()
    .where('key_id', '=', keyId)
    .where('id', '>', BigInt(after))
    .orderBy('id')
    .limit(50)
    .execute()

/** Events are kept for a week, ms. */
const EVENT_KEPT_MS = 7 * 24 * 3_600_000
export const pruneEvents = (db: Db, now: Date) =>
  db
    .deleteFrom('nexo_event')
    .where('created_at', '<', new Date(now.getTime() - EVENT_KEPT_MS))
    .execute()

/** A push that a node took and did not finish is free again after this long, ms. Longer than an attempt takes. */
const LEASE_MS = 60_000
/** Of one key no more are taken at once: a slow receiver keeps no other waiting. */
const AT_ONCE_PER_KEY = 4
const AT_ONCE = 32

export type DueEvent = { id: bigint; keyId: string; body: object; attempts: number }

/** Events to be pushed now, leased to this node. Several nodes share the table. */
export async function takeDueEvents(db: Db, now: Date): Promise<DueEvent[]> {
  const { rows } = await sql<DueEvent>`
    with due as (
      select e.id from (select distinct key_id from nexo_event where push_state = 'pending' and push_due_at <= ${now}) k
      cross join lateral (
        select id, push_due_at from nexo_event
         where key_id = k.key_id and push_state = 'pending' and push_due_at <= ${now}
         order by id limit ${AT_ONCE_PER_KEY} for update skip locked) e
       order by e.push_due_at limit ${AT_ONCE})
    update nexo_event e set push_attempts = e.push_attempts + 1, push_due_at = ${new Date(now.getTime() + LEASE_MS)}
      from due where e.id = due.id
    returning e.id, e.key_id as "keyId", e.body, e.push_attempts as attempts`.execute(db)
  return rows.sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Writes down how an attempt went, unless another node has taken the event since. */
export const recordPush = (
  db: Db,
  { id, attempts }: DueEvent,
  end: { state: 'pending' | 'delivered' | 'failed'; dueAt: Date | null; status: number | null; fault: string | null },
) =>
  db
    .updateTable('nexo_event')
    .set({ push_state: end.state, push_due_at: end.dueAt, push_status: end.status, push_fault: end.fault })
    .where('id', '=', id)
    .where('push_attempts', '=', attempts)
    .execute()
