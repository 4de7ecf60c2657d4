import type { Region } from '../3-region/region.ts'

/** Length of the vector of a near-infrared region. */
export const NIR_DIMS = 128

/** The vector of one near-infrared region: int8, its length normalised before rounding. Not protected: never stored. */
export type NirEmbedding = Int8Array & { readonly __brand: 'NirEmbedding' }

/** What the near-infrared head made of a frame. Vectors of two names are never compared. */
export type NirSample = { readonly modelName: string; readonly embedding: NirEmbedding }

/** Near-infrared regions to vectors, one each, in their order. Rejects when what came out is no vector. */
export type NirEmbedder = {
  readonly name: string
  embed(regions: readonly Region[]): Promise<NirEmbedding[]>
}
