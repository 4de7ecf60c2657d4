import type { CardSetup } from '@paume/contract'
import type { QueryExecutorProvider } from 'kysely'

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
  /** The default instrument of a shopper. */
  instrumentOf(shopperId: string): Promise<InstrumentLookup>
  /** Everything the shopper's own page shows. */
  cardsOf(shopperId: string): Promise<(CardSummary & { id: string; default: boolean })[]>
  /** Destroys tokens and card details of a shopper; answers how many instruments there were. Safe to repeat. */
  eraseShopper(tx: QueryExecutorProvider, shopperId: string): Promise<number>
  /** Destroys what a registration left behind that came to nothing. Safe to repeat. */
  dropPending(enrolmentId: string): Promise<void>
}
