import type { Guidance } from '@paume/contract'
import type { Hand, TurnedSquare } from '../2-landmarks/hand.ts'
import type { Region } from '../3-region/region.ts'
import type { FrameEvidence } from '../5-liveness/liveness.ts'
import type { Embedding, OrientationCode, OrientationField } from '../6-embedding/embedding.ts'
import type { NirSample } from '../6-embedding/nir-embedding.ts'
import type { Stage } from '../trace.ts'

/** What one model makes of a region. */
export type ModelSample = {
  embedding: Embedding
  code: OrientationCode
  field: OrientationField
}

/** One good picture of a palm, ready for enrolment (`code`) and for search (`field`). Not protected: never stored. */
export type PalmSample = ModelSample & {
  /** 0…1, for choosing among the frames of a burst. */
  quality: number
  /** The same region as earlier models see it, as far as `FrameOptions.earlierModels` asked for them. */
  earlier?: (ModelSample & { modelVersion: string })[]
  /** The near-infrared picture beside it, where there was one that says anything. */
  nir?: NirSample
}

export type FrameOptions = {
  expectedHand: 'L' | 'R' | null
  /** Where the hand was in another frame of the burst. */
  previous: TurnedSquare | null
  search: 'quick' | 'thorough'
  /** Versions of earlier models that palms are still enrolled with; absent or empty: the newest model is all that is needed. */
  earlierModels?: readonly string[]
  /** The near-infrared picture that was taken beside the frame; looked at only where a head for it is there. */
  nir?: Uint8Array | null
}

/** What stages 1 to 6 made of one frame. `evidence` is what the liveness checks of the burst need; null where stage 5 was not reached. */
export type FrameAnalysis = {
  stageMs: Partial<Record<Stage, number>>
  evidence: FrameEvidence | null
} & (
  | { outcome: 'good'; hand: Hand; region: Region; sample: PalmSample }
  /** `hand` and `region` are there when the hand was found and something else was wrong. */
  | { outcome: 'refused'; guidance: Guidance[]; hand: Hand | null; region: Region | null }
)
