import type { PictureErrorCode } from '../1-capture/picture-error.ts'
import type { FrameAnalysis, FrameOptions } from './frame.ts'

/** What goes to a frame worker and comes back. */
export type FrameTask = { id: number; bytes: Uint8Array; options: FrameOptions }
export type WorkerOpened = { kind: 'open' } | { kind: 'model_missing'; model: string; why: string }
export type FrameReply =
  | { kind: 'analysis'; id: number; analysis: FrameAnalysis }
  | { kind: 'picture_error'; id: number; code: PictureErrorCode; message: string }
  | { kind: 'failure'; id: number; message: string }
