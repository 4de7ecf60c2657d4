import type { Point } from '../geometry.ts'

/**
 * Where wrist and finger roots lie on a right palm with the fingers up, in palm widths |5−17|, about the middle between
 * index root (5) and little root (17). Means over 370 landmark sets of eight palms of the research sets `xpalm` and
 * `student4`; among people the wrist varies by about .1, everything else by .02.
 */
export const PALM_FRAME: readonly (readonly [landmark: number, at: Point])[] = [
  [0, { x: -0.26, y: 1.38 }],
  [5, { x: 0.5, y: 0 }],
  [9, { x: 0.167, y: -0.12 }],
  [13, { x: -0.158, y: -0.11 }],
  [17, { x: -0.5, y: 0 }],
]

/** Side of the region and distance of its middle from the middle of 5–17 toward the wrist, in palm widths. */
export const REGION_SIDE_WIDTHS = 1.2
export const REGION_DEPTH_WIDTHS = 0.67
