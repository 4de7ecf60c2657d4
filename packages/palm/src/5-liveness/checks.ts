import type { Hand } from '../2-landmarks/hand.ts'
import type { Region } from '../3-region/region.ts'
import type { Measure } from '../4-quality/measure.ts'
import type { Raster } from '../image.ts'
import { border } from './border.ts'
import { type FlashOutcome, flashMeasure, flashOutcome, unlitMeasure } from './flash.ts'
import { frozen } from './frozen.ts'
import { handViewOf } from './hand-view.ts'
import type { Asked, BurstFrame, BurstLivenessCheck, FrameEvidence, LivenessCheck } from './liveness.ts'
import { moire } from './moire.ts'
import { presentationMeasure } from './presentation.ts'
import { smallPictureOf } from './small-picture.ts'

export const FRAME_CHECKS: readonly LivenessCheck[] = [border, moire]
export const BURST_CHECKS: readonly BurstLivenessCheck[] = [frozen]

/** Stage 5 for one frame: its own measures, and what the burst's checks need of it. */
export function checkFrame(frame: { picture: Raster; hand: Hand; region: Region }): {
  measures: Measure[]
  evidence: FrameEvidence
} {
  const small = smallPictureOf(frame.picture)
  const measures = FRAME_CHECKS.map((one) => one.check({ ...frame, small }))
  const signs = Object.fromEntries(measures.map(({ name, value }) => [name, value]))
  return { measures, evidence: { small, view: handViewOf(frame.picture, frame.hand), signs } }
}

/** Stage 5 for the burst: single signs with limits of their own, the answer to the flash, and all signs weighed together. */
export function checkBurst(
  frames: readonly BurstFrame[],
  asked: Asked,
): { measures: Measure[]; flash: FlashOutcome['outcome'] } {
  const flash = flashOutcome(frames, asked)
  const measures = BURST_CHECKS.map((one) => one.check(frames, asked))
  if (flash.outcome !== 'not_asked') measures.push(flashMeasure(flash, asked))
  if (flash.outcome === 'followed') measures.push(unlitMeasure(flash.response))
  measures.push(presentationMeasure(frames, flash))
  return { measures, flash: flash.outcome }
}
