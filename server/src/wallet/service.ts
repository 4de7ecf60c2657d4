import type { CardSetup, CardSetupProgress, CardSetupWish, ShopperCard } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Clock } from '../clock.ts'
import { type Db, withTransaction } from '../database.ts'
import { Failure, invariant } from '../failure.ts'
import { type CardRow, createShopperCards, insertCard, type ShopperCardsService } from './cards.ts'
import { createFreezes, type Freezes, takeTurn } from './freezes.ts'
import type { CardProcessors, Outbox } from './ports.ts'
import { createSetups, ownedBy, type SetupRow } from './setups.ts'

/** What a person may see of a card. The number itself is known to the processor only. */
export type CardSummary = { brand: string; last4: string }

/** The processor's token for a card, with what may be shown of it. */
export type Instrument = CardSummary & { instrumentId: string; processor: string; token: string; default: boolean }

/** A shopper's means to pay: there, none, none that works, or gone because the shopper was erased. */
export type InstrumentLookup =
  /** `instrument` pays unless the shopper chooses: the default, or another when that one cannot pay any more. */
  | { kind: 'found'; instrument: Instrument; others: Instrument[] }
  | { kind: 'none' }
  | { kind: 'unusable'; reason: 'card_expired' | 'card_lost' | 'no_instrument' }
  /** Somebody said that the palm was used by another: nothing is paid until that is cleared up. */
  | { kind: 'frozen' }
  | { kind: 'erased'; erasedAt: Date }

/** Cards as tokens: set up while a person registers or later, given to the shopper, erased with the shopper. */
export interface WalletService {
  /**
   * Opens a card set-up for a registration, at the processor of the shop where the kiosk stands. Asked again, it opens a new one; the
   * last confirmed counts.
   * Throws `processor_unavailable`.
   */
  beginCardSetup(enrolmentId: string, shopId?: string, wish?: CardSetupWish): Promise<CardSetup>
  /** How the giving of the card goes. Throws `card_setup_unknown`, `processor_unavailable`. */
  cardSetupProgress(enrolmentId: string, setupId: string): Promise<CardSetupProgress>
  /** Nobody will bring the card any more. Safe to repeat. Throws `card_setup_unknown`, `processor_unavailable`. */
  cancelCardSetup(enrolmentId: string, setupId: string): Promise<void>
  /**
   * Asks the processor how the set-up ended and keeps the token. Safe to repeat.
   * Throws `card_setup_unknown` (also: of another registration), `card_declined_at_setup`, `processor_unavailable`.
   */
  confirmCardSetup(enrolmentId: string, setupId: string): Promise<CardSummary>
  /** The card a registration has confirmed so far, or null. */
  pendingCardOf(enrolmentId: string): Promise<CardSummary | null>
  /** Gives the confirmed card of the registration to the new shopper, inside the registration's own transaction. */
  attachToShopper(tx: QueryExecutorProvider, enrolmentId: string, shopperId: string): Promise<CardSummary>
  /** A further card of a shopper who has signed in; `cards.add` keeps it. Throws `processor_unavailable`. */
  beginShopperCard(shopperId: string): Promise<CardSetup>
  /** What a signed-in shopper does with their cards. */
  readonly cards: ShopperCardsService
  /** Keeps a shopper from paying until it is lifted. */
  readonly freezes: Freezes
  /** The instruments of a shopper that can pay; in a transaction they are kept from being erased until that ends. */
  instrumentOf(shopperId: string, tx?: QueryExecutorProvider): Promise<InstrumentLookup>
  /** The issuer called this card lost or over: it is looked up at the processor once the transaction has committed. */
  troubled(tx: QueryExecutorProvider, instrumentId: string): Promise<void>
  /** Everything the shopper's own page shows. */
  cardsOf(shopperId: string): Promise<ShopperCard[]>
  /** Destroys tokens and card details of a shopper; answers how many instruments there were. Safe to repeat. */
  eraseShopper(tx: QueryExecutorProvider, shopperId: string): Promise<number>
  /** Destroys what a registration left behind that came to nothing. Safe to repeat. */
  dropPending(enrolmentId: string): Promise<void>
}

/** Outbox topic: the processor has to forget a token. */
export const FORGET_TOPIC = 'wallet.forget_instrument'
/** Outbox topic: what became of a card has to be asked. */
export const REFRESH_TOPIC = 'wallet.refresh_instrument'

export type WalletParts = { db: Db; clock: Clock; processors: CardProcessors; outbox: Outbox }

const summaryOf = ({ brand, last4 }: SetupRow): CardSummary => ({ brand: brand!, last4: last4! })

export function createWallet({ db, clock, processors, outbox }: WalletParts): WalletService {
  const now = () => new Date(clock.nowMs())
  const forget = (executor: QueryExecutorProvider, token: string, name: string) =>
    outbox.enqueue(executor, FORGET_TOPIC, { token, processor: name })
  const setups = createSetups({ db, clock, processors, forget })
  const cards = createShopperCards({ db, clock, processors, setups, forget })
  const freezes = createFreezes()
  const confirmedOf = async (executor: QueryExecutorProvider, enrolmentId: string) => {
    const { rows } = await sql<SetupRow>`
      select * from wallet_setup
       where enrolment_id = ${enrolmentId} and token is not null order by confirmed_at desc limit 1`.execute(executor)
    return rows[0]
  }
  /** Deletes set-ups; the processor forgets what no card was made of. */
  const dropSetups = async (tx: QueryExecutorProvider, which: ReturnType<typeof ownedBy>, kept: string | null) => {
    const dropped = await sql<SetupRow>`delete from wallet_setup where ${which} returning *`.execute(tx)
    for (const row of dropped.rows) {
      if (row.token !== null && row.token !== kept && row.instrument_id === null)
        await forget(tx, row.token, row.processor)
    }
  }
  return {
    cards,
    freezes,
    cardsOf: cards.cardsOf,
    beginCardSetup: (enrolmentId, shopId, wish) => setups.begin({ enrolmentId }, shopId ?? null, wish),
    cardSetupProgress: (enrolmentId, setupId) => setups.progress({ enrolmentId }, setupId),
    cancelCardSetup: (enrolmentId, setupId) => setups.cancel({ enrolmentId }, setupId),
    beginShopperCard: (shopperId) => setups.begin({ shopperId }, null),
    confirmCardSetup: async (enrolmentId, setupId) => summaryOf(await setups.confirm({ enrolmentId }, setupId)),

    async pendingCardOf(enrolmentId) {
      const row = await confirmedOf(db, enrolmentId)
      return row ? summaryOf(row) : null
    },

    async attachToShopper(tx, enrolmentId, shopperId) {
      const chosen = await confirmedOf(tx, enrolmentId)
      if (!chosen) throw new Failure('enrolment_step', { detail: 'A card comes before this step.' })
      await insertCard(tx, chosen, shopperId, true, now())
      await dropSetups(tx, ownedBy({ enrolmentId }), chosen.token)
      return summaryOf(chosen)
    },

    async instrumentOf(shopperId, tx) {
      const { rows } = await sql<CardRow>`
        select * from wallet_instrument where shopper_id = ${shopperId}
         order by created_at, id ${tx ? sql`for share` : sql``}`.execute(tx ?? db)
      // Not by the query: it sorts before it waits for a lock, and another card may be the default when it has it.
      rows.sort((a, b) => Number(b.is_default) - Number(a.is_default))
      if (rows[0]?.frozen) return { kind: 'frozen' }
      const [instrument, ...others] = rows
        .filter((row) => row.unusable === null)
        .map(({ id, processor: name, token, brand, last4, is_default }) => ({
          instrumentId: id,
          processor: name,
          token,
          brand,
          last4,
          default: is_default,
        }))
      if (instrument) return { kind: 'found', instrument, others }
      if (rows[0]) {
        const reason = rows[0].unusable
        return { kind: 'unusable', reason: reason === null || reason === 'forgotten' ? 'no_instrument' : reason }
      }
      const erased = await sql<{ erased_at: Date }>`
        select erased_at from wallet_erased where shopper_id = ${shopperId}`.execute(tx ?? db)
      return erased.rows[0] ? { kind: 'erased', erasedAt: erased.rows[0].erased_at } : { kind: 'none' }
    },

    async troubled(tx, instrumentId) {
      const { rows } = await sql<CardRow>`select * from wallet_instrument where id = ${instrumentId}`.execute(tx)
      const card = rows[0]
      if (card) await outbox.enqueue(tx, REFRESH_TOPIC, { token: card.token, processor: card.processor })
    },

    async eraseShopper(tx, shopperId) {
      await takeTurn(tx, shopperId)
      await dropSetups(tx, ownedBy({ shopperId }), null)
      const erased = await sql<{ token: string; processor: string }>`
        delete from wallet_instrument where shopper_id = ${shopperId} returning token, processor`.execute(tx)
      for (const row of erased.rows) await forget(tx, row.token, row.processor)
      await freezes.forget(tx, shopperId)
      await sql`
        insert into wallet_erased (shopper_id, erased_at) values (${shopperId}, ${now()})
        on conflict do nothing`.execute(tx)
      return erased.rows.length
    },

    dropPending: (enrolmentId) => withTransaction(db, (tx) => dropSetups(tx, ownedBy({ enrolmentId }), null)),
  }
}

type Payload = Record<string, unknown>

/** Delivers `wallet.forget_instrument`. Safe to repeat. Throws while the processor cannot be reached: the outbox tries again. */
export function forgetHandler(processors: Pick<CardProcessors, 'named'>): (payload: Payload) => Promise<void> {
  return async ({ token, processor: name }) => {
    const processor = processors.named(String(name))
    invariant(typeof token === 'string' && processor, 'the message names a token of a processor')
    await processor.forgetInstrument(token)
  }
}

/** Delivers `wallet.refresh_instrument`. Safe to repeat. Throws while the processor cannot be reached: the outbox tries again. */
export function refreshHandler(wallet: Pick<WalletService, 'cards'>): (payload: Payload) => Promise<void> {
  return async ({ token }) => {
    invariant(typeof token === 'string', 'the message names a token')
    await wallet.cards.refresh(token)
  }
}
