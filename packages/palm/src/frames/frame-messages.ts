import type { PictureErrorCode } from '../1-capture/picture-error.ts'
import type { TurnedSquare } from '../2-landmarks/hand.ts'
import type { NirModel } from '../6-embedding/nir-network.ts'
import type { FrameAnalysis, FrameOptions } from './frame.ts'

/** What a frame worker starts with. */
export type WorkerSettings = { modelFolder: string | undefined; nir: NirModel | null }
/** What goes to a frame worker, one at a time, and comes back. */
export type FrameTask = { bytes: Uint8Array; options: FrameOptions }
export type WorkerOpened = { kind: 'open' } | { kind: 'model_missing'; model: string; why: string }
export type FrameReply =
  /** Not the end yet: where the hand is. */
  | { kind: 'found'; square: TurnedSquare }
  | { kind: 'analysis'; analysis: FrameAnalysis }
  | { kind: 'picture_error'; code: PictureErrorCode; message: string }
  | { kind: 'failure'; message: string }
