import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely'

/** Messages that leave after the transaction has committed, and only then. Payloads hold identifiers, not contact data. */
export type Outbox = {
  /** One statement. `onlyIf`: a condition in SQL without which nothing is sent. */
  enqueue(
    tx: QueryExecutorProvider,
    topic: string,
    payload: Record<string, unknown>,
    onlyIf?: RawBuilder<boolean>,
  ): Promise<void>
}

export function createOutbox(): Outbox {
  return {
    async enqueue(tx, topic, payload, onlyIf = sql<boolean>`true`) {
      await sql`
        with message as (
          insert into outbox_messages (topic, payload) select ${topic}::text, ${JSON.stringify(payload)}::jsonb where ${onlyIf}
          returning id
        )
        select pg_notify('paume_outbox', '') from message`.execute(tx)
    },
  }
}
