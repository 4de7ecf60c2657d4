import { sql } from 'kysely'
import type { Db } from '../database.ts'

/** Delivers one message. It may be called twice for the same message (a crash after delivery), so it must tolerate that. */
export type OutboxHandler = (payload: Record<string, unknown>, messageId: bigint) => Promise<void>

export type OutboxWorker = {
  /** Delivers what is due now; answers how many messages were taken. */
  runOnce(): Promise<number>
  start(): void
  stop(): Promise<void>
}

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
  let timer: NodeJS.Timeout | undefined
  let running: Promise<unknown> = Promise.resolve()
  let stopped = false

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

  const runOnce = async () => {
    const rows = await take()
    for (const row of rows) await deliver(row)
    return rows.length
  }

  const loop = () => {
    if (stopped) return
    // The database may be away for a while; the next round tries again.
    running = runOnce()
      .catch(() => 0)
      .then((count) => {
        if (!stopped) timer = setTimeout(loop, count === BATCH ? 0 : POLL_MS)
      })
  }
  return {
    runOnce,
    start: loop,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
