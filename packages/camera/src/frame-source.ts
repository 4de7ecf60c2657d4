import type { HandSide, ScreenColour } from '@paume/contract'

/** Why there are no pictures. `insecure`: browsers open cameras on https and localhost only. */
export type CameraFault = 'denied' | 'missing' | 'busy' | 'insecure' | 'failed'

export type SourceDescription = {
  kind: 'webcam' | 'synthetic'
  /** The camera's own name; empty when the browser hides it. */
  label: string
  widthPx: number
  heightPx: number
}

export type SourceStart =
  | { outcome: 'started'; source: SourceDescription }
  /** `detail` is the browser's own English sentence, for a log; pages translate `fault`. */
  | { outcome: 'failed'; fault: CameraFault; detail: string }

/** Where frames come from: a camera, or a drawn hand on systems that have none. Nothing is ever stored. */
export type FrameSource = {
  /** Idempotent; may be called again after `stop` or a failure. Never rejects. */
  start(): Promise<SourceStart>
  /**
   * The next picture that was not grabbed before, in full size, not mirrored. With `litFromMs` (clock of `performance.now`) the first
   * one whose exposure began then or later. The caller closes it. Throws SourceStopped.
   */
  grab(litFromMs?: number): Promise<ImageBitmap>
  /**
   * What a near-infrared sensor beside the camera shows at this moment, not waited for; null when it shows nothing. Absent where there is
   * no such sensor. The caller closes it. Never rejects.
   */
  grabNir?(): Promise<ImageBitmap | null>
  /** What the page shows: an element that plays the frames. Always the same one; mirror it with CSS. */
  view(): HTMLVideoElement | HTMLCanvasElement
  /** A capture of this hand is about to begin: a drawn hand comes anew. Real cameras need no telling. */
  prepare?(hand: HandSide | null): void
  /** The screen lights the hand now; null: no more. A drawn hand shows it; real ones need no telling. */
  light?(colour: ScreenColour | null): void
  /** Null while stopped. */
  describe(): SourceDescription | null
  /** Calls back once when a running source ends by itself (unplugged, permission taken back). Returns how to unsubscribe. */
  onLost(listener: () => void): () => void
  stop(): void
}

/** A frame was asked of a source that does not run (any more). */
export class SourceStopped extends Error {
  override readonly name = 'SourceStopped'
}
