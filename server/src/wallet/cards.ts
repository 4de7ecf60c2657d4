import type { ShopperCard } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Clock } from '../clock.ts'
import { type Db, withTransaction } from '../database.ts'
import { Failure, invariant } from '../failure.ts'
import { newId } from '../ids.ts'
import { workThrough } from '../rounds.ts'
import { isFrozen, takeTurn } from './freezes.ts'
import type { CardProcessors } from './ports.ts'
import type { SetupRow, Setups } from './setups.ts'
import type { Unusable } from './tables.ts'

/** A card that is over by its date is looked up again after this long, ms: schemes give it a new date behind the same token. */
const LOOK_AGAIN_MS = 24 * 3_600_000
/** Cards looked up in one sweep. */
const BATCH = 50

export type CardRow = {
  id: string
  processor: string
  token: string
  brand: string
  last4: string
  expiry_month: number | null
  expiry_year: number | null
  unusable: Unusable | null
  is_default: boolean
  frozen: boolean
}

export const cardView = (row: Omit<CardRow, 'token' | 'processor' | 'frozen'>): ShopperCard => ({
  id: row.id,
  brand: row.brand,
  last4: row.last4,
  default: row.is_default,
  ...(row.expiry_month === null ? {} : { expiryMonth: row.expiry_month }),
  ...(row.expiry_year === null ? {} : { expiryYear: row.expiry_year }),
  ...(row.unusable === null ? {} : { unusable: row.unusable }),
})

/** Gives a confirmed set-up to a shopper as a card. */
export async function insertCard(
  tx: QueryExecutorProvider,
  setup: SetupRow,
  shopperId: string,
  makeDefault: boolean,
  now: Date,
): Promise<string> {
  const { token, brand, last4 } = setup
  invariant(token !== null && brand !== null && last4 !== null, 'a confirmed set-up holds a card')
  await takeTurn(tx, shopperId)
  if (makeDefault) await clearDefault(tx, shopperId)
  const id = newId('instrument', now.getTime())
  await sql`
    insert into wallet_instrument
      (id, shopper_id, processor, token, brand, last4, expiry_month, expiry_year, checked_at, is_default, frozen, created_at)
    values (${id}, ${shopperId}, ${setup.processor}, ${token}, ${brand}, ${last4}, ${setup.expiry_month},
            ${setup.expiry_year}, ${now}, ${makeDefault}, ${isFrozen(shopperId)}, ${now})`.execute(tx)
  return id
}

/** The cards of a shopper, oldest first, for whoever is about to change them; charges lock them in the same order. */
async function lockCards(tx: QueryExecutorProvider, shopperId: string): Promise<CardRow[]> {
  await takeTurn(tx, shopperId)
  const { rows } = await sql<CardRow>`
    select * from wallet_instrument where shopper_id = ${shopperId} order by created_at, id for update`.execute(tx)
  return rows
}

const clearDefault = (tx: QueryExecutorProvider, shopperId: string) =>
  sql`update wallet_instrument set is_default = false where shopper_id = ${shopperId} and is_default`.execute(tx)

/** What a signed-in shopper does with their cards. Every method answers what is there afterwards. */
export interface ShopperCardsService {
  cardsOf(shopperId: string): Promise<ShopperCard[]>
  /** Keeps the card of a set-up of this shopper. Safe to repeat. The first usable card is the default whatever is asked. */
  add(shopperId: string, setupId: string, makeDefault: boolean): Promise<ShopperCard[]>
  /** Throws `card_unknown`, `card_unusable`. */
  makeDefault(shopperId: string, instrumentId: string): Promise<ShopperCard[]>
  /** The processor forgets the card too. Another usable card becomes the default. Throws `card_unknown`. */
  remove(shopperId: string, instrumentId: string): Promise<ShopperCard[]>
  /** Asks the processor what became of a card and writes it down. A token of nobody is left alone. Throws when it cannot be asked. */
  refresh(token: string): Promise<void>
  /** Asks about cards whose date is over. Answers how many were looked up. */
  refreshOver(): Promise<number>
}

type Parts = {
  db: Db
  clock: Clock
  processors: CardProcessors
  setups: Setups
  forget(executor: QueryExecutorProvider, token: string, processor: string): Promise<void>
}

export function createShopperCards({ db, clock, processors, setups, forget }: Parts): ShopperCardsService {
  const now = () => new Date(clock.nowMs())

  async function cardsOf(shopperId: string): Promise<ShopperCard[]> {
    const { rows } = await sql<CardRow>`
      select * from wallet_instrument where shopper_id = ${shopperId} order by created_at, id`.execute(db)
    return rows.map(cardView)
  }

  async function refresh(token: string): Promise<void> {
    const { rows } = await sql<{ processor: string }>`
      select distinct processor from wallet_instrument where token = ${token}`.execute(db)
    for (const { processor } of rows) await refreshAt(token, processor)
  }

  async function refreshAt(token: string, name: string): Promise<void> {
    const processor = processors.named(name)
    // Not set up any more: nothing can be learnt, and the card is not charged anyway.
    if (!processor) {
      await sql`
        update wallet_instrument set checked_at = ${now()} where processor = ${name} and token = ${token}`.execute(db)
      return
    }
    const state = await processor.fetchInstrument(token)
    if (state?.kind === 'usable') {
      await sql`
        update wallet_instrument set brand = ${state.brand}, last4 = ${state.last4}, expiry_month = ${state.expiryMonth},
               expiry_year = ${state.expiryYear}, unusable = null, checked_at = ${now()}
         where processor = ${name} and token = ${token}`.execute(db)
      return
    }
    await sql`
      update wallet_instrument set unusable = ${state?.reason ?? 'forgotten'}, checked_at = ${now()}
       where processor = ${name} and token = ${token}`.execute(db)
  }

  return {
    cardsOf,
    refresh,

    async add(shopperId, setupId, makeDefault) {
      await setups.confirm({ shopperId }, setupId)
      await withTransaction(db, async (tx) => {
        await takeTurn(tx, shopperId)
        // Locked: a repetition waits here and finds the card; an erasure waits, or has taken the set-up already.
        const { rows } = await sql<SetupRow>`
          select * from wallet_setup where setup_id = ${setupId} and shopper_id = ${shopperId} for update`.execute(tx)
        const setup = rows[0]
        if (!setup) throw new Failure('card_setup_unknown')
        if (setup.instrument_id !== null) return
        const usable = await sql`
          select 1 from wallet_instrument where shopper_id = ${shopperId} and unusable is null and is_default`.execute(
          tx,
        )
        const id = await insertCard(tx, setup, shopperId, makeDefault || usable.rows.length === 0, now())
        await sql`update wallet_setup set instrument_id = ${id} where setup_id = ${setupId}`.execute(tx)
      })
      return cardsOf(shopperId)
    },

    async makeDefault(shopperId, instrumentId) {
      await withTransaction(db, async (tx) => {
        const rows = await lockCards(tx, shopperId)
        const card = rows.find((row) => row.id === instrumentId)
        if (!card) throw new Failure('card_unknown')
        if (card.unusable !== null) throw new Failure('card_unusable')
        await clearDefault(tx, shopperId)
        await sql`update wallet_instrument set is_default = true where id = ${instrumentId}`.execute(tx)
      })
      return cardsOf(shopperId)
    },

    async remove(shopperId, instrumentId) {
      await withTransaction(db, async (tx) => {
        const rows = await lockCards(tx, shopperId)
        const card = rows.find((row) => row.id === instrumentId)
        if (!card) throw new Failure('card_unknown')
        await sql`delete from wallet_instrument where id = ${instrumentId}`.execute(tx)
        await sql`delete from wallet_setup where instrument_id = ${instrumentId}`.execute(tx)
        await forget(tx, card.token, card.processor)
        const heir = rows.find((row) => row.id !== instrumentId && row.unusable === null)
        if (card.is_default && heir)
          await sql`update wallet_instrument set is_default = true where id = ${heir.id}`.execute(tx)
      })
      return cardsOf(shopperId)
    },

    async refreshOver() {
      const today = now()
      const { rows } = await sql<{ token: string; processor: string }>`
        select token, processor from wallet_instrument
         where unusable is null and expiry_year is not null
           and make_date(expiry_year, coalesce(expiry_month, 12), 1) + interval '1 month' <= ${today}
           and (checked_at is null or checked_at < ${new Date(today.getTime() - LOOK_AGAIN_MS)})
         order by checked_at nulls first limit ${BATCH}`.execute(db)
      await workThrough(rows, ({ token, processor }) => refreshAt(token, processor))
      return rows.length
    },
  }
}
