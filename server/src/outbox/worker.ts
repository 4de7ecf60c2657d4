import { sql } from 'kysely'
import type { Db } from '../database.ts'
import { createRounds, type Rounds } from '../rounds.ts'

/** Delivers one message. It may be called twice for the same message (a crash after delivery), so it must tolerate that. */
export type OutboxHandler = (payload: Record<string, unknown>, messageId: bigint) => Promise<void>

/** Each round delivers what is due and answers how many messages were taken. */
export type OutboxWorker = Rounds

/** A worker that died gives its messages back after this long, s. */
const LEASE_S = 60
/** After this many tries (about a day with the back-off below) a message is set aside. */
const MAX_ATTEMPTS = 15
const POLL_MS = 1_000
const BATCH = 20

/** Waiting time before try `attempt` + 1: 2 s, 4 s, 8 s … at most two hours, s. */
export const backOffS = (attempt: number): number => Math.min(2 ** attempt, 7_200)

type Row = { id: bigint; topic: string; payload: Record<string, unknown>; attempts: number }

/** Several workers on several nodes share the table: each takes rows nobody else holds and leases them for a while. */
export function createOutboxWorker(db: Db, handlers: Record<string, OutboxHandler>): OutboxWorker {
  const take = async (): Promise<Row[]> => {
    const { rows } = await sql<Row>`
      update outbox_messages set attempts = attempts + 1, due_at = now() + make_interval(secs => ${LEASE_S})
      where id in (
        select id from outbox_messages
        where delivered_at is null and failed_at is null and due_at <= now()
        order by due_at limit ${BATCH} for update skip locked)
      returning id, topic, payload, attempts`.execute(db)
    return rows
  }

  const deliver = async (row: Row): Promise<void> => {
    try {
      const handler = handlers[row.topic]
      if (handler === undefined) throw new Error(`no handler for topic ${row.topic}`)
      await handler(row.payload, row.id)
      await sql`update outbox_messages set delivered_at = now(), payload = '{}' where id = ${row.id}`.execute(db)
    } catch {
      const wait = backOffS(row.attempts)
      await sql`
        update outbox_messages set due_at = now() + make_interval(secs => ${wait}),
          failed_at = case when attempts >= ${MAX_ATTEMPTS} then now() end
        where id = ${row.id}`.execute(db)
    }
  }

  const round = async () => {
    const rows = await take()
    for (const row of rows) await deliver(row)
    return rows.length
  }
  // Whatever keeps a round from its end keeps it from the next: each message that was taken comes back by its lease.
  return createRounds(round, { everyMs: POLL_MS, isMore: (count) => count === BATCH, onFailure: () => {} })
}
