import type { Tx } from '../database.ts'
import type { RunningTotals } from './tables.ts'

/** The register that asks, its shop and whose that is. */
export type Till = { deviceId: string; shopId: string; organisationId: string }

/** What of the money the counter needs to know and may move. */
export interface TillMoney {
  /** Of the shop; null when there is none. */
  currencyOf(shopId: string): Promise<string | null>
  totals(tx: Tx, shopId: string): Promise<RunningTotals>
  /** Begun, and neither paid nor ended. */
  open(tx: Tx, shopId: string): Promise<{ count: number; amountMinor: number }>
  /** Which of these sales, named by the till's own number, are paid in full. */
  paidOf(tx: Tx, shopId: string, references: string[]): Promise<ReadonlySet<string>>
  /**
   * Gives an amount of one part of a sale back, once for each key. Throws a failure when nothing moved and nothing will; anything else
   * that is thrown says nothing: ask again with the same key.
   */
  giveBack(
    till: Till,
    share: { reference: string; partId: string; amountMinor: number; returnId: string; key: string },
  ): Promise<void>
  /** Which of these returns have palm shares whose refund failed at the processor after all, as `returnId partId`. */
  failedOf(tx: Tx, returnIds: string[]): Promise<ReadonlySet<string>>
}
