import type { HandSide } from '@paume/contract'
import type { SourceDescription } from './frame-source.ts'
import type { Burst, Flash, GuidanceMode, HoverPhase, Observation } from './hover-types.ts'

export type CaptureRequest = {
  /** Which hand is asked for; null: either will do. */
  hand: HandSide | null
  /** Pictures to keep of the burst, 3 (default, a hover) to 5 (enrolment): the sharpest. */
  keep?: number
  onPhase: (phase: HoverPhase) => void
  /** Asked when the hand is held well: the light for this capture, or null for none. What it rejects with ends the capture. */
  flash?: () => Promise<Flash | null>
  /** The page is left, the payment ended, the person said no. Nothing ends by itself: time-outs are the page's. */
  signal?: AbortSignal
}

/** A running source with guidance. */
export type HandCamera = {
  source: SourceDescription
  guidance: GuidanceMode
  /**
   * Guides the hand and answers a burst as soon as it is held well; no button. One at a time: another waits for it.
   * Rejects with SourceStopped when the camera goes away, or with the signal's reason.
   */
  capture(request: CaptureRequest): Promise<Burst>
  /** Stops the source; the guide stays warm for the next person. */
  close(): void
}

/** Addresses of what the guide loads; see GuideOptions of @paume/palm/guidance. */
export type GuidanceFiles = {
  wasmUrl: string
  modelUrls: { palmDetector: string; handLandmarks: string }
}

/** The guide, loaded once a page and used by every capture: it runs in a worker, so that the page stays smooth. */
export type HandGuide = {
  guidance: GuidanceMode
  /** Looks at one frame and closes it. One look at a time. */
  observe(frame: ImageBitmap): Promise<Observation>
  /** Forgets the hand it followed, for the next person. */
  reset(): void
  close(): void
}
