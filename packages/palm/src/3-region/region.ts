import { greyOf } from '../image.ts'

/** Side of a region, px. Every later stage works at this one scale. */
export const REGION_SIDE_PX = 128

/**
 * The palm, cut out upright (fingers up), at fixed scale; a left hand is mirrored onto a right one, so that one set of
 * filters serves both.
 */
export type Region = {
  sizePx: 128
  /** 128 × 128, 0…1, row after row. */
  grey: Float32Array
  /** 128 × 128 × 3, sRGB. */
  rgb: Uint8Array
  mirrored: boolean
  /** Side of the square in the picture it was cut from, px: below 128 the region is an enlargement. */
  sourceSidePx: number
  /** How far the palm is turned out of the picture's plane, degrees; 0 where unknown. */
  tiltDeg: number
  /** Null where the hand is not known (a palm cut by somebody else). */
  hand: 'L' | 'R' | null
}

export function regionOf(rgb: Uint8Array, about: Omit<Region, 'sizePx' | 'grey' | 'rgb'>): Region {
  if (rgb.length !== REGION_SIDE_PX * REGION_SIDE_PX * 3) throw new RangeError('a region is 128 × 128 × 3 bytes')
  return { sizePx: REGION_SIDE_PX, grey: greyOf({ data: rgb }), rgb, ...about }
}
