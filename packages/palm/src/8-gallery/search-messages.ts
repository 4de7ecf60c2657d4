import type { FusionWeights } from './fusion-weights.ts'
import type { NirWeights } from './nir-weights.ts'
import type { SharedRows } from './rows.ts'

/** What the search thread is given once, at its start. */
export type SearchThreadData = { readonly modelVersion: string }

/** What the search thread is sent. It knows the memory of a gallery by a number, from the first search in it until it is forgotten. */
export type SearchMessage =
  | SearchRequest
  | { readonly know: number; readonly rows: SharedRows }
  | { readonly forget: number }

export type SearchRequest = {
  readonly id: number
  /** The gallery to be searched. */
  readonly of: number
  /** Rows in use; the memory behind them is not to be looked at. */
  readonly rows: number
  readonly palms: number
  readonly mostPerPalm: number
  /** What the shortlist is searched with. */
  readonly query: Int8Array
  /** Best first; empty when only the shortlist is asked for. */
  readonly frames: readonly SearchFrame[]
  /** Only these palms are compared, without a shortlist; null: all. */
  readonly among: readonly KnownPalm[] | null
  /** How both experts are fused. */
  readonly weights: FusionWeights
  /** What near infrared adds; null where the gallery holds none. */
  readonly nirWeights: NirWeights | null
}

/** One frame for rescoring: its upright vector, its orientation field, its weight and its near-infrared vector (see `RescoringFrame`). */
export type SearchFrame = {
  readonly vector: Int8Array
  readonly field: Uint8Array
  readonly weight: number
  readonly nir: Int8Array | null
}

/** A palm by its serial number, and any of its rows. */
export type KnownPalm = { readonly serial: number; readonly row: number }

/** Serial numbers of palms, best first. */
export type SearchReply =
  | { readonly id: number; readonly found: readonly Found[] }
  | { readonly id: number; readonly failed: string }

export type Found = { readonly serial: number; readonly shortlistSimilarity: number; readonly similarity: number }
