import {
  type Catalogue,
  type CatalogueItem,
  type CatalogueItemWrite,
  isGtin,
  MAX_CATALOGUE_ITEMS,
  normalGtin,
  type TaxMode,
  type Ticket,
  type TicketWrite,
} from '@paume/contract'
import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Clock } from '../clock.ts'
import { type Db, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import type { Till } from './ports.ts'
import type { Returns } from './returns.ts'
import type { CounterTables } from './tables.ts'
import { assertTicketAddsUp } from './ticket-sums.ts'

/** What a shop's registers know together: what it sells, how it is taxed, what was sold. */
export interface CounterService {
  catalogue(shopId: string): Promise<Catalogue>
  /** Throws `barcode_invalid`, `barcode_taken`, `catalogue_full`. */
  putItem(till: Till, id: string, item: CatalogueItemWrite): Promise<CatalogueItem>
  /** Safe to repeat. */
  removeItem(till: Till, id: string): Promise<void>
  setTaxMode(till: Till, taxMode: TaxMode): Promise<void>
  /** Throws `amount_invalid` for sums that do not fit, `idempotency_key_conflict` for another ticket of that number. */
  putTicket(till: Till, reference: string, ticket: TicketWrite): Promise<Ticket>
  /** Throws `not_found`. */
  ticket(shopId: string, reference: string): Promise<Ticket>
  /** Gives a shop without a catalogue one to try. */
  seed(tx: Tx, shopId: string, catalogue: Catalogue): Promise<void>
}

const itemView = (row: Selectable<CounterTables['counter_item']>): CatalogueItem => ({
  id: row.id,
  name: row.name,
  ...(row.names === null ? {} : { names: row.names }),
  priceMinor: Number(row.price_minor),
  taxBasisPoints: row.tax_basis_points,
  picture: row.picture,
  barcode: row.barcode,
})

const columnsOf = (item: CatalogueItemWrite) => ({
  name: item.name.trim(),
  names: item.names === undefined ? null : JSON.stringify(item.names),
  price_minor: BigInt(item.priceMinor),
  tax_basis_points: item.taxBasisPoints,
  picture: item.picture,
  barcode: item.barcode === null ? null : normalGtin(item.barcode),
})

const isTaken = (error: unknown) => (error as { constraint?: string }).constraint === 'counter_item_barcode'

type Parts = { db: Db; clock: Clock; returns: Pick<Returns, 'countsOf'> }

export function createCounterService({ db, clock, returns }: Parts): CounterService {
  const now = () => new Date(clock.nowMs())
  /** One change of a shop's catalogue at a time: the limit is counted under this lock. */
  const lockShop = (tx: Tx, shopId: string) =>
    sql`select pg_advisory_xact_lock(hashtextextended(${`counter ${shopId}`}, 0))`.execute(tx)

  const viewOf = async (shopId: string, reference: string, ticket: TicketWrite, createdAt: Date): Promise<Ticket> => {
    const returned = await withTransaction(db, (tx) => returns.countsOf(tx, shopId, reference, ticket.lines.length))
    return { reference, ...ticket, returned, createdAt: createdAt.toISOString() }
  }

  return {
    async catalogue(shopId) {
      const shop = await db
        .selectFrom('counter_shop')
        .select('tax_mode')
        .where('shop_id', '=', shopId)
        .executeTakeFirst()
      const rows = await db
        .selectFrom('counter_item')
        .selectAll()
        .where('shop_id', '=', shopId)
        .orderBy('place')
        .execute()
      return { taxMode: shop?.tax_mode ?? 'inclusive', items: rows.map(itemView) }
    },

    async putItem({ shopId, deviceId }, id, item) {
      if (item.barcode !== null && !isGtin(item.barcode)) throw new Failure('barcode_invalid')
      const values = { ...columnsOf(item), changed_by: deviceId, changed_at: now() }
      try {
        return await withTransaction(db, async (tx) => {
          await lockShop(tx, shopId)
          const row = await tx
            .insertInto('counter_item')
            .values({ shop_id: shopId, id, ...values })
            .onConflict((on) => on.columns(['shop_id', 'id']).doUpdateSet(values))
            .returningAll()
            .executeTakeFirstOrThrow()
          const { count } = await tx
            .selectFrom('counter_item')
            .select((of) => of.fn.countAll<bigint>().as('count'))
            .where('shop_id', '=', shopId)
            .executeTakeFirstOrThrow()
          if (count > BigInt(MAX_CATALOGUE_ITEMS)) throw new Failure('catalogue_full')
          return itemView(row)
        })
      } catch (error) {
        throw isTaken(error) ? new Failure('barcode_taken') : error
      }
    },

    async removeItem({ shopId }, id) {
      await db.deleteFrom('counter_item').where('shop_id', '=', shopId).where('id', '=', id).execute()
    },

    async setTaxMode({ shopId }, taxMode) {
      await db
        .insertInto('counter_shop')
        .values({ shop_id: shopId, tax_mode: taxMode })
        .onConflict((on) => on.column('shop_id').doUpdateSet({ tax_mode: taxMode }))
        .execute()
    },

    async putTicket({ shopId, deviceId }, reference, ticket) {
      assertTicketAddsUp(ticket)
      const body = JSON.stringify(ticket)
      const row = await db
        .insertInto('counter_ticket')
        .values({ shop_id: shopId, reference, body, written_by: deviceId, created_at: now() })
        .onConflict((on) => on.doNothing())
        .returning('created_at')
        .executeTakeFirst()
      if (row) return viewOf(shopId, reference, ticket, row.created_at)
      const same = await db
        .selectFrom('counter_ticket')
        .select('created_at')
        .where('shop_id', '=', shopId)
        .where('reference', '=', reference)
        .where(sql<boolean>`body = ${body}::jsonb`)
        .executeTakeFirst()
      if (!same) throw new Failure('idempotency_key_conflict', { detail: 'Another ticket has this number.' })
      return viewOf(shopId, reference, ticket, same.created_at)
    },

    async ticket(shopId, reference) {
      const row = await db
        .selectFrom('counter_ticket')
        .selectAll()
        .where('shop_id', '=', shopId)
        .where('reference', '=', reference)
        .executeTakeFirst()
      if (!row) throw new Failure('not_found')
      return viewOf(shopId, reference, row.body, row.created_at)
    },

    async seed(tx, shopId, { taxMode, items }) {
      const first = await tx
        .insertInto('counter_shop')
        .values({ shop_id: shopId, tax_mode: taxMode })
        .onConflict((on) => on.doNothing())
        .executeTakeFirst()
      if (first.numInsertedOrUpdatedRows !== 1n) return
      for (const { id, ...item } of items) {
        await tx
          .insertInto('counter_item')
          .values({ shop_id: shopId, id, ...columnsOf(item), changed_by: null, changed_at: now() })
          .execute()
      }
    },
  }
}
