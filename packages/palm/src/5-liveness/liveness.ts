import type { ScreenColour } from '@paume/contract'
import type { Hand } from '../2-landmarks/hand.ts'
import type { Region } from '../3-region/region.ts'
import type { Measure } from '../4-quality/measure.ts'
import type { Raster } from '../image.ts'
import type { HandView } from './hand-view.ts'
import type { SmallPicture } from './small-picture.ts'

/** One frame with what the earlier stages found in it, and the two reduced pictures that checks share. */
export type SeenFrame = { picture: Raster; hand: Hand; region: Region; small: SmallPicture }

/** What a frame tells the checks over its burst: small enough to leave the worker that saw the picture. */
export type FrameEvidence = {
  small: SmallPicture
  view: HandView
  /** Values of the measures of this frame by name. */
  signs: Readonly<Record<string, number>>
}

/** What a check over a burst may look at. */
export type BurstFrame = {
  offsetMs: number
  screenColour: ScreenColour | null
  hand: Pick<Hand, 'landmarks'>
  region: Region
  evidence: FrameEvidence
}

/** What was asked of the capture: the screen's colours, one a frame, drawn for it alone; null: none were asked. */
export type Asked = { flash: readonly ScreenColour[] | null; unseenFlash: 'refuse' | 'accept' }

/**
 * Port of liveness checks. A check measures one sign of an attack; `ok: false` refuses the capture, whatever the palm.
 * A learnt check comes as one more of these. What the present ones cannot see stands in docs/cards/liveness.md.
 */
export type LivenessCheck = { readonly name: string; check(frame: SeenFrame): Measure }
export type BurstLivenessCheck = { readonly name: string; check(frames: readonly BurstFrame[], asked: Asked): Measure }
