import type { Linear } from '../skin.ts'
import type { PointPx, Raster } from '../types.ts'

/** A picture of a hand and where its 21 points are: what an attacker has, or what a bona fide twin is made of. */
export interface ShownHand {
  picture: Raster
  landmarks: readonly PointPx[]
}

/**
 * Presentation attack instruments by species (ISO/IEC 30107-3). `print-sheet`: A4 with its edges in view; `print-filling`: a larger
 * print; `cut-out`: a print cut along the hand; `phone` and `tablet`: a still on a screen with its bezel; `tablet-filling`: a screen that
 * fills the picture; `replayed-film`: a film of a moving hand on a screen that fills the picture; `injected-still`: one picture fed into
 * the stream and moved about; `injected-film`: a recorded burst fed into the stream; `injected-old-flash`: one recorded under another
 * sequence of colours; `injected-tinted`: one picture fed in and tinted as a whole by a program that knows the sequence.
 */
export const SPECIES = [
  'print-sheet',
  'print-filling',
  'cut-out',
  'phone',
  'tablet',
  'tablet-filling',
  'replayed-film',
  'injected-still',
  'injected-film',
  'injected-old-flash',
  'injected-tinted',
] as const
export type Species = (typeof SPECIES)[number]

/** One frame as the camera gave it, with where the points of the hand are seen. */
export interface PresentedFrame {
  raster: Raster
  landmarks: PointPx[]
  offsetMs: number
}

export interface PresentationRequest {
  /** Seed of everything that is drawn: room, instrument, camera, movement. */
  seed: number
  /** Colour of the terminal's screen in each frame, linear light of 1 at full white; null: it stays as the room is. */
  flash: readonly (Linear | null)[]
  /** Default 100 ms. */
  intervalMs?: number
  /** Light that falls on the palm from elsewhere, lux; default drawn from 40 to 1000. */
  ambientLux?: number
  /** Default 1280 × 720. */
  widthPx?: number
  heightPx?: number
}
