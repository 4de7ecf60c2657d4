import type { QueryExecutorProvider } from 'kysely'

/** What the wallet needs of a card processor: setting cards up and forgetting them. The processors of `payments` fit. */
export type CardProcessor = {
  readonly name: string
  createSetup(request: { setupId: string }): Promise<{ clientSecret: string; confirmUrl: string }>
  /** null: the processor does not know this set-up. */
  fetchSetup(
    setupId: string,
  ): Promise<
    { kind: 'open' } | { kind: 'failed' } | { kind: 'succeeded'; token: string; brand: string; last4: string } | null
  >
  forgetInstrument(token: string): Promise<void>
}

/** Messages that leave after the transaction has committed, and only then. */
export type Outbox = {
  enqueue(tx: QueryExecutorProvider, topic: string, payload: Record<string, unknown>): Promise<void>
}
