import type { CardSetupForm, CardSetupKind } from '@paume/contract'
import type { QueryExecutorProvider } from 'kysely'

export type SavedCard = {
  token: string
  brand: string
  last4: string
  expiryMonth: number | null
  expiryYear: number | null
}

/** What the wallet needs of a card processor: setting cards up, looking at them, forgetting them. The processors of `payments` fit. */
export type CardProcessor = {
  readonly name: string
  createSetup(request: {
    setupId: string
    form?: CardSetupKind
  }): Promise<{ clientSecret: string; confirmUrl: string; form: CardSetupForm; others: CardSetupKind[] }>
  /** Nobody will bring the card any more. Safe to repeat. */
  cancelSetup(setupId: string): Promise<void>
  /** null: the processor does not know this set-up. */
  fetchSetup(
    setupId: string,
  ): Promise<{ kind: 'open' } | { kind: 'failed' } | ({ kind: 'succeeded' } & SavedCard) | null>
  /** The card behind a token as it is now: card schemes replace numbers and dates. null: never seen. */
  fetchInstrument(
    token: string,
  ): Promise<
    ({ kind: 'usable' } & SavedCard) | { kind: 'unusable'; reason: 'card_expired' | 'card_lost' | 'forgotten' } | null
  >
  forgetInstrument(token: string): Promise<void>
}

/** Where cards are kept. A card stays where it was saved, whatever is set up later. */
export type CardProcessors = {
  /** Where a new card is saved, by the shop whose kiosk it is; null: at no kiosk. Throws `processor_unavailable`. */
  forNewCards(shopId: string | null): Promise<CardProcessor>
  /** By the name a card or set-up carries; undefined: not set up any more. */
  named(name: string): CardProcessor | undefined
}

/** The one processor of an installation that has one. */
export const onlyProcessor = (processor: CardProcessor): CardProcessors => ({
  forNewCards: async () => processor,
  named: (name) => (name === processor.name ? processor : undefined),
})

/** Messages that leave after the transaction has committed, and only then. */
export type Outbox = {
  enqueue(tx: QueryExecutorProvider, topic: string, payload: Record<string, unknown>): Promise<void>
}
