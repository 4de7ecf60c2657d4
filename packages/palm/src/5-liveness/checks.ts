import type { Measure } from '../4-quality/measure.ts'
import { border } from './border.ts'
import { frozen } from './frozen.ts'
import type { BurstFrame, BurstLivenessCheck, LivenessCheck, SeenFrame } from './liveness.ts'
import { moire } from './moire.ts'

export const FRAME_CHECKS: readonly LivenessCheck[] = [border, moire]
export const BURST_CHECKS: readonly BurstLivenessCheck[] = [frozen]

/** Stage 5 for one frame. */
export const checkFrame = (frame: SeenFrame): Measure[] => FRAME_CHECKS.map((one) => one.check(frame))
/** Stage 5 for the burst. */
export const checkBurst = (frames: readonly BurstFrame[]): Measure[] => BURST_CHECKS.map((one) => one.check(frames))
