import type { Region } from '../3-region/region.ts'

/** Length of every compact vector. One constant, because the gallery lays templates out in rows of this many bytes. */
export const EMBEDDING_DIMS = 256

/** The compact vector of one region: int8, its length normalised before rounding. Not protected: never stored. */
export type Embedding = Int8Array & { readonly __brand: 'Embedding' }

/** What an enrolled template keeps for rescoring: bit planes of line orientation and a validity mask. */
export type OrientationCode = Uint8Array & { readonly __brand: 'OrientationCode' }

/** What a hovering hand brings for rescoring: the dense orientation field, from which every turn and scale is cut. */
export type OrientationField = Uint8Array & { readonly __brand: 'OrientationField' }

/**
 * Regions to compact vectors, one each, in their order. `name` tells models apart: vectors of two names are never compared. Rejects when
 * what came out is no vector: a broken invariant, never a statement about the palm.
 */
export type Embedder = {
  readonly name: string
  readonly dims: typeof EMBEDDING_DIMS
  embed(regions: readonly Region[]): Promise<Embedding[]>
}

/** An orientation field made ready for many comparisons: all its turns and scales as bit planes. */
export type PreparedProbe = { readonly __brand: 'PreparedProbe' }

/** Regions to orientation codes, and their comparison under shifts, turns and scales. */
export type Coder = {
  readonly name: string
  readonly codeBytes: number
  readonly fieldBytes: number
  /** For enrolment: the upright code. */
  code(region: Region): OrientationCode
  /** For a hover: the field, small enough to hand to a worker. */
  field(region: Region): OrientationField
  /** All turns and scales of a field; costs about as much as some tens of comparisons, so keep it for one search. */
  prepare(field: OrientationField): PreparedProbe
  /** Similarity at the best shift, turn and scale, 0…1; about `0.61` between strangers. Higher is closer. */
  compare(probe: PreparedProbe, enrolled: OrientationCode): number
}

/** Cosine of two vectors, −1…1; 0 when one is all zeroes (a flat region says nothing). */
export function cosineOf(a: Int8Array, b: Int8Array): number {
  if (a.length !== b.length) throw new RangeError('vectors of different lengths are never compared')
  let dot = 0
  let aa = 0
  let bb = 0
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i]
    aa += a[i] * a[i]
    bb += b[i] * b[i]
  }
  return aa === 0 || bb === 0 ? 0 : dot / Math.sqrt(aa * bb)
}
