import type { Language } from '@paume/contract'
import type { QueryExecutorProvider } from 'kysely'

/** What reviews need of the rest of the house. */
export type ReviewPorts = {
  /** From the commit on nothing is paid with this shopper's palms. */
  freeze(tx: QueryExecutorProvider, shopperId: string, reviewId: string, now: Date): Promise<void>
  /** False when it was lifted before. */
  lift(tx: QueryExecutorProvider, shopperId: string, reviewId: string, now: Date): Promise<boolean>
  frozenAmong(shopperIds: readonly string[]): Promise<ReadonlySet<string>>
  /** A text to the shopper's own phone. Throws when it may go better later. */
  tell(shopperId: string, textIn: (language: Language) => string): Promise<unknown>
  /** A text to a number that was kept sealed for it, under that owner's name. Throws when it may go better later. */
  tellNumber(sealed: Buffer, owner: string, text: string): Promise<unknown>
  /** Names of shops; unknown ones are missing. */
  shopsNamed(shopIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Something that a page shows has changed. Never waits, never throws. */
  changed(organisationId: string | null, shopId: string, reviewId: string): void
}
