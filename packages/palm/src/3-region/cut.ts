import type { Hand } from '../2-landmarks/hand.ts'
import { fitAffine, fitSimilarity, type Point, type Similarity } from '../geometry.ts'
import type { Raster } from '../image.ts'
import { type Affine, sampleAffine } from '../resample.ts'
import { PALM_FRAME, REGION_DEPTH_WIDTHS, REGION_SIDE_WIDTHS } from './palm-frame.ts'
import { REGION_SIDE_PX, type Region, regionOf } from './region.ts'
import { tiltDeg } from './tilt.ts'

/** How far the affine part may depart from a plain similarity (Frobenius norm): takes out tilt, not people. */
const MAX_AFFINE_PART = 0.12

/** How the region lies in the picture. */
export type PalmPlacement = {
  /** Region pixel → picture pixel. */
  map: Affine
  /** The region's corners in the picture: upper left, upper right, lower right, lower left (of the region). */
  corners: [Point, Point, Point, Point]
  sidePx: number
}

/** Stage 3: the palm of a located hand, upright, at fixed scale, a left one mirrored. */
export function cut(picture: Raster, hand: Hand): Region {
  const { map, sidePx } = place(hand)
  const rgb = sampleAffine(picture, map, REGION_SIDE_PX, REGION_SIDE_PX)
  return regionOf(rgb, {
    mirrored: hand.hand === 'L',
    sourceSidePx: sidePx,
    tiltDeg: tiltDeg(hand),
    hand: hand.hand,
  })
}

/** Fits the palm frame to the landmarks and lays the region's square into it. */
export function place(hand: Pick<Hand, 'hand' | 'landmarks'>): PalmPlacement {
  const flip = hand.hand === 'L' ? -1 : 1
  const frame = PALM_FRAME.map(([, { x, y }]) => ({ x: flip * x, y }))
  const seen = PALM_FRAME.map(([landmark]) => hand.landmarks[landmark])
  const fit = clampedAffine(frame, seen)
  const wrist = PALM_FRAME[0][1]
  const wristWidths = Math.hypot(wrist.x, wrist.y)
  const centre = {
    x: (wrist.x / wristWidths) * REGION_DEPTH_WIDTHS,
    y: (wrist.y / wristWidths) * REGION_DEPTH_WIDTHS,
  }
  const step = REGION_SIDE_WIDTHS / REGION_SIDE_PX
  const [a, b, c, d, e, f] = fit
  // Region pixel (u, v) lies at (flip · (centre + (u − half) · step), …) of the frame.
  const left = flip * (centre.x - REGION_SIDE_WIDTHS / 2)
  const top = centre.y - REGION_SIDE_WIDTHS / 2
  const map: Affine = [
    a * flip * step,
    b * step,
    a * left + b * top + c,
    d * flip * step,
    e * step,
    d * left + e * top + f,
  ]
  const at = (u: number, v: number): Point => ({
    x: map[0] * u + map[1] * v + map[2],
    y: map[3] * u + map[4] * v + map[5],
  })
  const full = REGION_SIDE_PX
  const area = Math.abs(map[0] * map[4] - map[1] * map[3])
  return { map, corners: [at(0, 0), at(full, 0), at(full, full), at(0, full)], sidePx: Math.sqrt(area) * full }
}

/** The similarity of least squares, bent toward the affine map of least squares by no more than MAX_AFFINE_PART. */
function clampedAffine(from: readonly Point[], to: readonly Point[]): Affine {
  const plain = fitSimilarity(from, to)
  const full = fitAffine(from, to)
  const rest = inSimilarity(plain, full)
  const norm = Math.hypot(rest[0] - 1, rest[1], rest[2], rest[3] - 1)
  const share = Math.min(1, MAX_AFFINE_PART / norm)
  const mix = (p: number, q: number) => p + share * (q - p)
  return [
    mix(plain.a, full[0]),
    mix(-plain.b, full[1]),
    mix(plain.tx, full[2]),
    mix(plain.b, full[3]),
    mix(plain.a, full[4]),
    mix(plain.ty, full[5]),
  ]
}

/** The linear part of an affine map seen from within a similarity: the identity when they agree. */
function inSimilarity({ a, b }: Similarity, [p, q, , r, s]: Affine): [number, number, number, number] {
  const scale = a * a + b * b
  return [(a * p + b * r) / scale, (a * q + b * s) / scale, (a * r - b * p) / scale, (a * s - b * q) / scale]
}
