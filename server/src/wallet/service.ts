import type { CardSetup } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Db } from '../database.ts'
import { Failure, invariant } from '../failure.ts'
import { newId } from '../ids.ts'
import type { CardProcessor, Outbox } from './ports.ts'

/** What a person may see of a card. The number itself is known to the processor only. */
export type CardSummary = { brand: string; last4: string }

/** The processor's token for a card, with what may be shown of it. */
export type Instrument = CardSummary & { instrumentId: string; processor: string; token: string; default: boolean }

/** A shopper's means to pay: there, none, or gone because the shopper was erased. */
export type InstrumentLookup =
  | { kind: 'found'; instrument: Instrument }
  | { kind: 'none' }
  | { kind: 'erased'; erasedAt: Date }

/** Cards as tokens: set up while a person registers, given to the shopper at the end, erased with the shopper. */
export interface WalletService {
  /**
   * Opens a card set-up at the processor for a registration. Asked again, it opens a new one; the last confirmed counts.
   * Throws `processor_unavailable`.
   */
  beginCardSetup(enrolmentId: string): Promise<CardSetup>
  /**
   * Asks the processor how the set-up ended and keeps the token. Safe to repeat.
   * Throws `card_setup_unknown` (also: of another registration), `card_declined_at_setup`, `processor_unavailable`.
   */
  confirmCardSetup(enrolmentId: string, setupId: string): Promise<CardSummary>
  /** The card a registration has confirmed so far, or null. */
  pendingCardOf(enrolmentId: string): Promise<CardSummary | null>
  /** Gives the confirmed card of the registration to the new shopper, inside the registration's own transaction. */
  attachToShopper(tx: QueryExecutorProvider, enrolmentId: string, shopperId: string): Promise<CardSummary>
  /** The default instrument of a shopper; in a transaction it is kept from being erased until that ends. */
  instrumentOf(shopperId: string, tx?: QueryExecutorProvider): Promise<InstrumentLookup>
  /** Everything the shopper's own page shows. */
  cardsOf(shopperId: string): Promise<(CardSummary & { id: string; default: boolean })[]>
  /** Destroys tokens and card details of a shopper; answers how many instruments there were. Safe to repeat. */
  eraseShopper(tx: QueryExecutorProvider, shopperId: string): Promise<number>
  /** Destroys what a registration left behind that came to nothing. Safe to repeat. */
  dropPending(enrolmentId: string): Promise<void>
}

/** Outbox topic: the processor has to forget a token. */
export const FORGET_TOPIC = 'wallet.forget_instrument'

export type WalletParts = { db: Db; clock: Clock; processor: CardProcessor; outbox: Outbox }

type SetupRow = {
  setup_id: string
  token: string | null
  brand: string | null
  last4: string | null
  processor: string
}

export function createWallet({ db, clock, processor, outbox }: WalletParts): WalletService {
  const now = () => new Date(clock.nowMs())
  const confirmedOf = async (executor: QueryExecutorProvider, enrolmentId: string) => {
    const { rows } = await sql<SetupRow>`
      select setup_id, token, brand, last4, processor from wallet_setup
       where enrolment_id = ${enrolmentId} and token is not null order by confirmed_at desc limit 1`.execute(executor)
    return rows[0]
  }
  const forget = (executor: QueryExecutorProvider, token: string, name: string) =>
    outbox.enqueue(executor, FORGET_TOPIC, { token, processor: name })
  return {
    async beginCardSetup(enrolmentId) {
      const setupId = newId('cardSetup', clock.nowMs())
      const setup = await processor.createSetup({ setupId }).catch((cause: unknown) => {
        throw new Failure('processor_unavailable', {}, { cause })
      })
      await sql`
        insert into wallet_setup (setup_id, enrolment_id, processor, created_at)
        values (${setupId}, ${enrolmentId}, ${processor.name}, ${now()})`.execute(db)
      return { setupId, processor: processor.name, confirmUrl: setup.confirmUrl, clientSecret: setup.clientSecret }
    },

    async confirmCardSetup(enrolmentId, setupId) {
      const { rows } = await sql<SetupRow>`
        select setup_id, token, brand, last4, processor from wallet_setup
         where setup_id = ${setupId} and enrolment_id = ${enrolmentId}`.execute(db)
      const known = rows[0]
      if (!known) throw new Failure('card_setup_unknown')
      if (known.token !== null) return { brand: known.brand!, last4: known.last4! }
      const state = await processor.fetchSetup(setupId).catch((cause: unknown) => {
        throw new Failure('processor_unavailable', {}, { cause })
      })
      if (state === null) throw new Failure('card_setup_unknown')
      if (state.kind !== 'succeeded') throw new Failure('card_declined_at_setup')
      const { token, brand, last4 } = state
      const { numAffectedRows } = await sql`
        update wallet_setup set token = ${token}, brand = ${brand}, last4 = ${last4}, confirmed_at = ${now()}
         where setup_id = ${setupId} and enrolment_id = ${enrolmentId}`.execute(db)
      // The registration was ended in between and its set-ups are gone: the token must not outlive it.
      if (numAffectedRows === 0n) {
        await forget(db, token, processor.name)
        throw new Failure('card_setup_unknown')
      }
      return { brand, last4 }
    },

    async pendingCardOf(enrolmentId) {
      const row = await confirmedOf(db, enrolmentId)
      return row ? { brand: row.brand!, last4: row.last4! } : null
    },

    async attachToShopper(tx, enrolmentId, shopperId) {
      const chosen = await confirmedOf(tx, enrolmentId)
      if (!chosen) throw new Failure('enrolment_step', { detail: 'A card comes before this step.' })
      const { token, brand, last4 } = chosen
      invariant(token !== null && brand !== null && last4 !== null, 'a confirmed set-up holds a card')
      await sql`update wallet_instrument set is_default = false where shopper_id = ${shopperId} and is_default`.execute(
        tx,
      )
      await sql`
        insert into wallet_instrument (id, shopper_id, processor, token, brand, last4, is_default, created_at)
        values (${newId('instrument', clock.nowMs())}, ${shopperId}, ${chosen.processor}, ${token}, ${brand}, ${last4}, true, ${now()})
      `.execute(tx)
      const dropped =
        await sql<SetupRow>`delete from wallet_setup where enrolment_id = ${enrolmentId} returning *`.execute(tx)
      for (const other of dropped.rows) {
        if (other.token !== null && other.token !== token) await forget(tx, other.token, other.processor)
      }
      return { brand, last4 }
    },

    async instrumentOf(shopperId, tx) {
      const { rows } = await sql<{ id: string; processor: string; token: string; brand: string; last4: string }>`
        select id, processor, token, brand, last4 from wallet_instrument
         where shopper_id = ${shopperId} and is_default ${tx === undefined ? sql`` : sql`for share`}`.execute(tx ?? db)
      const row = rows[0]
      if (row) {
        const { id: instrumentId, ...card } = row
        return { kind: 'found', instrument: { instrumentId, ...card, default: true } }
      }
      const erased = await sql<{ erased_at: Date }>`
        select erased_at from wallet_erased where shopper_id = ${shopperId}`.execute(tx ?? db)
      return erased.rows[0] ? { kind: 'erased', erasedAt: erased.rows[0].erased_at } : { kind: 'none' }
    },

    async cardsOf(shopperId) {
      const { rows } = await sql<{ id: string; brand: string; last4: string; default: boolean }>`
        select id, brand, last4, is_default as "default" from wallet_instrument
         where shopper_id = ${shopperId} order by created_at, id`.execute(db)
      return rows
    },

    async eraseShopper(tx, shopperId) {
      const erased = await sql<{ token: string; processor: string }>`
        delete from wallet_instrument where shopper_id = ${shopperId} returning token, processor`.execute(tx)
      for (const row of erased.rows) await forget(tx, row.token, row.processor)
      await sql`
        insert into wallet_erased (shopper_id, erased_at) values (${shopperId}, ${now()})
        on conflict do nothing`.execute(tx)
      return erased.rows.length
    },

    async dropPending(enrolmentId) {
      await db.transaction().execute(async (tx) => {
        const dropped =
          await sql<SetupRow>`delete from wallet_setup where enrolment_id = ${enrolmentId} returning *`.execute(tx)
        for (const row of dropped.rows) if (row.token !== null) await forget(tx, row.token, row.processor)
      })
    },
  }
}

/** Delivers `wallet.forget_instrument`. Safe to repeat. Throws while the processor cannot be reached: the outbox tries again. */
export function forgetHandler(processor: CardProcessor): (payload: Record<string, unknown>) => Promise<void> {
  return async ({ token, processor: name }) => {
    invariant(typeof token === 'string' && name === processor.name, 'the message names a token of this processor')
    await processor.forgetInstrument(token)
  }
}
