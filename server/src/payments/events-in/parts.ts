import type { QueryExecutorProvider } from 'kysely'
import type { PaymentParts } from '../parts.ts'

/** What follows a message of a processor; put together in the wiring. */
export type EventParts = PaymentParts & {
  /** Delivers after the transaction has committed, and again until it worked. */
  outbox: { enqueue(tx: QueryExecutorProvider, topic: string, payload: Record<string, unknown>): Promise<void> }
  cards: {
    /** Asks the processor what became of a card. A token of nobody is left alone. */
    refresh(token: string): Promise<void>
  }
  disputeDesk: {
    /** Asks the processor how a dispute stands and writes it down. Safe to repeat. */
    follow(processor: string, disputeRef: string): Promise<void>
  }
}
