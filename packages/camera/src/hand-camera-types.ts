import type { HandSide } from '@paume/contract'
import type { SourceDescription } from './frame-source.ts'
import type { Burst, GuidanceMode, HoverPhase } from './hover-types.ts'

export type CaptureRequest = {
  /** Which hand is asked for; null: either will do. */
  hand: HandSide | null
  onPhase: (phase: HoverPhase) => void
  /** The page is left, the payment ended, the person said no. Nothing ends by itself: time-outs are the page's. */
  signal?: AbortSignal
}

/** A running source with guidance. */
export type HandCamera = {
  source: SourceDescription
  guidance: GuidanceMode
  /**
   * Guides the hand and answers a burst as soon as it is held well; no button. One at a time.
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
  close(): void
}
