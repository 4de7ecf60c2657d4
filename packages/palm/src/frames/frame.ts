import type { Guidance } from '@paume/contract'
import type { Hand, TurnedSquare } from '../2-landmarks/hand.ts'
import type { Region } from '../3-region/region.ts'
import type { FrameEvidence } from '../5-liveness/liveness.ts'
import type { Embedding, OrientationCode, OrientationField } from '../6-embedding/embedding.ts'
import type { Stage } from '../trace.ts'

/** One good picture of a palm, ready for enrolment (`code`) and for search (`field`). Not protected: never stored. */
export type PalmSample = {
  embedding: Embedding
  /** The same region looked at a little to each side: further queries of a hover, never stored. */
  views: Embedding[]
  code: OrientationCode
  field: OrientationField
  /** 0…1, for choosing among the frames of a burst. */
  quality: number
}

export type FrameOptions = {
  expectedHand: 'L' | 'R' | null
  /** Where the hand was in another frame of the burst. */
  previous: TurnedSquare | null
  search: 'quick' | 'thorough'
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
