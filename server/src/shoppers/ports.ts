import type { ShopperCard } from '@paume/contract'
import type { QueryExecutorProvider } from 'kysely'
import type { Tx } from '../database.ts'

/** What the shopper's own page needs from those who keep palms. */
export type ShopperPalms = {
  of(shopperId: string): Promise<{ hand: string; templates: number; enrolledAt: Date }[]>
  /** Destroys key, templates and their rows; every node forgets them. Answers the number of palms. Safe to repeat. */
  erase(tx: Tx, shopperId: string): Promise<number>
  /** Shoppers whose palms were last used, or else enrolled, before this time. */
  unusedSince(before: Date): Promise<string[]>
}

export type ShopperCards = {
  cardsOf(shopperId: string): Promise<ShopperCard[]>
  eraseShopper(tx: QueryExecutorProvider, shopperId: string): Promise<number>
}

/** Links of receipts that a shopper could still use. Safe to repeat. */
export type ReceiptLinks = { forget(tx: QueryExecutorProvider, shopperId: string): Promise<void> }

export type OpenPayments = { hasOpenPayment(tx: QueryExecutorProvider, shopperId: string): Promise<boolean> }
