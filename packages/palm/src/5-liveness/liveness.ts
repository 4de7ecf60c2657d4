import type { Hand } from '../2-landmarks/hand.ts'
import type { Region } from '../3-region/region.ts'
import type { Measure } from '../4-quality/measure.ts'
import type { Raster } from '../image.ts'

/** One frame with what the earlier stages found in it. */
export type SeenFrame = { picture: Raster; hand: Hand; region: Region }

/** What a check over a burst may look at: the frames' regions, small enough to leave the worker that made them. */
export type BurstFrame = { offsetMs: number; screenColour: string | null; region: Region }

/**
 * Port of liveness checks. A check measures one sign of an attack; `ok: false` refuses the capture, whatever the palm.
 * A learnt check comes as one more of these. What the present ones cannot see stands in docs/cards/liveness.md.
 */
export type LivenessCheck = { readonly name: string; check(frame: SeenFrame): Measure }
export type BurstLivenessCheck = { readonly name: string; check(frames: readonly BurstFrame[]): Measure }
