import type { FusionWeights } from './fusion-weights.ts'
import type { NirWeights } from './nir-weights.ts'
import type { SearchThread } from './search-thread.ts'
import type { SearchThreads } from './search-threads.ts'

export type GalleryOptions = {
  /** Epoch of the tenant's rotation. Templates and probes of another are refused: they could only mislead. */
  readonly rotationEpoch: number
  /** Id of that rotation; templates and probes of another are refused. Null: not looked at, for measuring. Default null. */
  readonly rotationId?: string | null
  /** Models in use, the newest first. Templates of any other are refused. */
  readonly modelVersions?: readonly string[]
  /** The near-infrared head in use and how it is fused; null: templates and probes are compared by visible light only. Default null. */
  readonly nir?: { readonly name: string; readonly weights: NirWeights } | null
  readonly capacityTemplates?: number
  readonly shortlistPalms?: number
  /** How a model's experts are fused. Throws for a model that was never calibrated: then no gallery opens. */
  readonly fusionWeights?: (modelVersion: string) => FusionWeights
  /** Opens the thread that searches. For tests of its failure. */
  readonly openThread?: (modelVersion: string) => SearchThread
  /** Threads shared with other galleries, which whoever made them closes. Default: its own. */
  readonly threads?: SearchThreads | null
}
