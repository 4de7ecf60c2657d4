import { MAX_PARKED, type ParkedBasket, type ParkedWrite } from '@paume/contract'
import { type Selectable, sql } from 'kysely'
import type { Clock } from '../clock.ts'
import { type Db, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import type { Till } from './ports.ts'
import type { CounterTables } from './tables.ts'

/** A basket that was taken up is remembered for this long, ms: who lost the reply asks again within it. */
const REMEMBER_MS = 7 * 86_400_000

/** Baskets that wait, for every register of the shop. */
export interface Parked {
  /** Of the shop, newest first. */
  list(till: Till): Promise<ParkedBasket[]>
  /** Safe to repeat; one that was taken up meanwhile stays taken. Throws `parked_full`, `idempotency_key_conflict`. */
  park(till: Till, id: string, basket: ParkedWrite): Promise<ParkedBasket>
  /** One claim gets it, and gets it again. Throws `parked_taken` to all others, `not_found`. */
  take(till: Till, id: string, claim: string): Promise<ParkedBasket>
}

export function createParked({ db, clock }: { db: Db; clock: Clock }): Parked {
  const now = () => new Date(clock.nowMs())
  const viewOf = (row: Selectable<CounterTables['counter_parked']>, till: Till): ParkedBasket => ({
    id: row.id,
    lines: row.lines,
    parkedAt: row.parked_at.toISOString(),
    here: row.parked_by === till.deviceId,
  })
  return {
    async list(till) {
      const rows = await db
        .selectFrom('counter_parked')
        .selectAll()
        .where('shop_id', '=', till.shopId)
        .where('taken_at', 'is', null)
        .orderBy('parked_at', 'desc')
        .orderBy('id')
        .execute()
      return rows.map((row) => viewOf(row, till))
    },

    park: (till, id, { lines }) =>
      withTransaction(db, async (tx) => {
        const { shopId } = till
        await sql`select pg_advisory_xact_lock(hashtextextended(${`parked ${shopId}`}, 0))`.execute(tx)
        await tx
          .deleteFrom('counter_parked')
          .where('shop_id', '=', shopId)
          .where('taken_at', '<', new Date(clock.nowMs() - REMEMBER_MS))
          .execute()
        const body = JSON.stringify(lines)
        const made = await tx
          .insertInto('counter_parked')
          .values({
            shop_id: shopId,
            id,
            lines: body,
            parked_by: till.deviceId,
            parked_at: now(),
            taken_by: null,
            claim: null,
            taken_at: null,
          })
          .onConflict((on) => on.doNothing())
          .returningAll()
          .executeTakeFirst()
        if (!made) {
          const same = await tx
            .selectFrom('counter_parked')
            .selectAll()
            .where('shop_id', '=', shopId)
            .where('id', '=', id)
            .where(sql<boolean>`lines = ${body}::jsonb`)
            .executeTakeFirst()
          if (!same) throw new Failure('idempotency_key_conflict', { detail: 'Another basket has this name.' })
          return viewOf(same, till)
        }
        const { count } = await tx
          .selectFrom('counter_parked')
          .select((of) => of.fn.countAll<bigint>().as('count'))
          .where('shop_id', '=', shopId)
          .where('taken_at', 'is', null)
          .executeTakeFirstOrThrow()
        if (count > BigInt(MAX_PARKED)) throw new Failure('parked_full')
        return viewOf(made, till)
      }),

    async take(till, id, claim) {
      const { shopId, deviceId } = till
      const taken = await db
        .updateTable('counter_parked')
        .set({ taken_by: deviceId, claim, taken_at: now() })
        .where('shop_id', '=', shopId)
        .where('id', '=', id)
        .where('taken_at', 'is', null)
        .returningAll()
        .executeTakeFirst()
      if (taken) return viewOf(taken, till)
      const row = await db
        .selectFrom('counter_parked')
        .selectAll()
        .where('shop_id', '=', shopId)
        .where('id', '=', id)
        .executeTakeFirst()
      if (!row) throw new Failure('not_found')
      if (row.taken_by !== deviceId || row.claim !== claim) throw new Failure('parked_taken')
      return viewOf(row, till)
    },
  }
}
