import { type QueryExecutorProvider, sql } from 'kysely'

/** Messages that leave after the transaction has committed, and only then. Payloads hold identifiers, not contact data. */
export type Outbox = {
  enqueue(tx: QueryExecutorProvider, topic: string, payload: Record<string, unknown>): Promise<void>
}

export function createOutbox(): Outbox {
  return {
    async enqueue(tx, topic, payload) {
      await sql`insert into outbox_messages (topic, payload) values (${topic}, ${JSON.stringify(payload)}::jsonb)`.execute(
        tx,
      )
      await sql`notify paume_outbox`.execute(tx)
    },
  }
}
