import { type QueryExecutorProvider, sql } from 'kysely'

/** Nobody pays with the cards of a shopper who is frozen. A shopper may be frozen for several reasons at once, each by its own id. */
export type Freezes = {
  /** From the commit on no charge of this shopper begins; charges under way are waited for. Safe to repeat. */
  freeze(tx: QueryExecutorProvider, shopperId: string, id: string, now: Date): Promise<void>
  /** Lifts this one, or all that the shopper may lift (null): not those of a review. Answers the ids of those that were not lifted before. */
  lift(tx: QueryExecutorProvider, shopperId: string, id: string | null, now: Date): Promise<string[]>
  /** Those of these shoppers who are frozen. */
  frozenAmong(executor: QueryExecutorProvider, shopperIds: readonly string[]): Promise<Set<string>>
  /** Since when nothing is paid; null: the shopper is not frozen. */
  frozenSince(executor: QueryExecutorProvider, shopperId: string): Promise<Date | null>
  /** What is left of a shopper who is erased: nothing. */
  forget(tx: QueryExecutorProvider, shopperId: string): Promise<void>
}

/** Freezes, their ends and all that changes the cards of one shopper take turns. */
export const takeTurn = (tx: QueryExecutorProvider, shopperId: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`wallet freeze ${shopperId}`}, 0))`.execute(tx)

/** True inside a query about the shopper: a card added now is frozen too. */
export const isFrozen = (shopperId: string) =>
  sql<boolean>`exists (select 1 from wallet_freeze where shopper_id = ${shopperId} and lifted_at is null)`

export function createFreezes(): Freezes {
  return {
    async freeze(tx, shopperId, id, now) {
      await takeTurn(tx, shopperId)
      await sql`insert into wallet_freeze (id, shopper_id, frozen_at) values (${id}, ${shopperId}, ${now})
        on conflict do nothing`.execute(tx)
      await sql`update wallet_instrument set frozen = true where shopper_id = ${shopperId}`.execute(tx)
    },
    async lift(tx, shopperId, id, now) {
      await takeTurn(tx, shopperId)
      const { rows } = await sql<{ id: string }>`
        update wallet_freeze set lifted_at = ${now}
         where shopper_id = ${shopperId} and lifted_at is null and (id = ${id} or (${id}::text is null and id not like 'rvw\\_%'))
         returning id`.execute(tx)
      await sql`update wallet_instrument set frozen = ${isFrozen(shopperId)} where shopper_id = ${shopperId}`.execute(
        tx,
      )
      return rows.map((row) => row.id)
    },
    async frozenSince(executor, shopperId) {
      const { rows } = await sql<{ since: Date | null }>`
        select min(frozen_at) as since from wallet_freeze
         where shopper_id = ${shopperId} and lifted_at is null`.execute(executor)
      return rows[0]?.since ?? null
    },
    async frozenAmong(executor, shopperIds) {
      const { rows } = await sql<{ shopper_id: string }>`
        select distinct shopper_id from wallet_freeze
         where shopper_id = any(${[...shopperIds]}::text[]) and lifted_at is null`.execute(executor)
      return new Set(rows.map((row) => row.shopper_id))
    },
    async forget(tx, shopperId) {
      await sql`delete from wallet_freeze where shopper_id = ${shopperId}`.execute(tx)
    },
  }
}
