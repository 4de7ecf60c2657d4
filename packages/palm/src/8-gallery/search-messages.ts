import type { SharedRows } from './rows.ts'

/** What the search thread is given once, at its start. */
export type SearchThreadData = { readonly rows: SharedRows; readonly modelVersion: string }

export type SearchRequest = {
  readonly id: number
  /** Rows in use; the memory behind them is not to be looked at. */
  readonly rows: number
  readonly palms: number
  readonly mostPerPalm: number
  /** Vectors one after the other. */
  readonly queries: Int8Array
  /** One orientation field a frame; empty when only the shortlist is asked for. */
  readonly fields: readonly Uint8Array[]
}

/** Serial numbers of palms, best first. */
export type SearchReply =
  | { readonly id: number; readonly found: readonly Found[] }
  | { readonly id: number; readonly failed: string }

export type Found = { readonly serial: number; readonly shortlistSimilarity: number; readonly similarity: number }
