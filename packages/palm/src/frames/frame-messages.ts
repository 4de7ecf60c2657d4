import type { PictureErrorCode } from '../1-capture/picture-error.ts'
import type { TurnedSquare } from '../2-landmarks/hand.ts'
import type { NirModel } from '../6-embedding/nir-network.ts'
import type { FrameAnalysis, FrameOptions } from './frame.ts'

/** What a frame worker starts with. */
export type WorkerSettings = { modelFolder: string | undefined; nir: NirModel | null }
/** What goes to a frame worker and comes back. */
export type FrameTask = { id: number; bytes: Uint8Array; options: FrameOptions }
export type WorkerOpened = { kind: 'open' } | { kind: 'model_missing'; model: string; why: string }
export type FrameReply =
  /** Not the end yet: where the hand is. */
  | { kind: 'found'; id: number; square: TurnedSquare }
  | { kind: 'analysis'; id: number; analysis: FrameAnalysis }
  | { kind: 'picture_error'; id: number; code: PictureErrorCode; message: string }
  | { kind: 'failure'; id: number; message: string }
