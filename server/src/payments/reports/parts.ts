import type { QueryExecutorProvider } from 'kysely'
import type { Outbox } from '../../outbox/service.ts'
import type { ReceiptTexts } from '../deliveries/parts.ts'
import type { DisputeParts } from '../disputes/parts.ts'

/** Keeps a person from paying by palm, each time for a reason with an id of its own. */
export type PalmFreezes = {
  freeze(tx: QueryExecutorProvider, shopperId: string, id: string, now: Date): Promise<void>
  /** This one, or all of the person (null); answers the ids that were not lifted before. */
  lift(tx: QueryExecutorProvider, shopperId: string, id: string | null, now: Date): Promise<string[]>
  frozenSince(executor: QueryExecutorProvider, shopperId: string): Promise<Date | null>
}

export type ReportParts = DisputeParts & {
  outbox: Outbox
  freezes: PalmFreezes
  /** Signs a shopper out everywhere: lifting a freeze takes the code to the phone again. */
  endSessions(tx: QueryExecutorProvider, shopperId: string): Promise<void>
  /** To the phone a shopper has confirmed. */
  texts: Pick<ReceiptTexts, 'send'>
}
