import type { GuidanceCode } from '@paume/contract'
import type { Box, Point } from './geometry.ts'
import type { Raster } from './image.ts'

/** What a page needs to open the guide: addresses it serves itself. */
export type GuideOptions = {
  /** Folder of LiteRT's WebAssembly files, ending in a slash, e.g. `/litert/`. */
  wasmUrl: string
  /** The two small networks (`palm_detection_lite`, `hand_landmark_lite`). */
  modelUrls: { palmDetector: string; handLandmarks: string }
}

/** Something to tell the person, most urgent first. */
export type GuideHint = { code: GuidanceCode; measure: string; value: number; limit: number; unit: string }

/** One look at one frame. Places are pixels of that frame. */
export type Look =
  | { outcome: 'no_hand' | 'two_hands'; hints: GuideHint[] }
  | {
      /** `good` has no hints: worth taking a burst now. `adjust` says in `hints` what to change. */
      outcome: 'good' | 'adjust'
      box: Box
      landmarks: Point[]
      hand: 'L' | 'R'
      hints: GuideHint[]
    }

/** Follows one hand from frame to frame; tells what to change. Never decides anything: the server looks again. */
export type Guide = {
  /** `mirrored`: the frame was flipped left to right for the screen. One look at a time. */
  look(frame: Raster, options?: { mirrored?: boolean }): Promise<Look>
  /** Forgets the hand, e.g. for the next person. */
  reset(): void
  close(): void
}
