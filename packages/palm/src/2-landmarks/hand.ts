import type { Box, Point, Point3 } from '../geometry.ts'

/** Names of MediaPipe's 21 hand landmarks that the stages speak of. */
export const WRIST = 0
export const INDEX_ROOT = 5
export const MIDDLE_ROOT = 9
export const RING_ROOT = 13
export const LITTLE_ROOT = 17
/** Wrist and finger roots: the points that lie on the rigid palm. */
export const PALM_POINTS = [WRIST, INDEX_ROOT, MIDDLE_ROOT, RING_ROOT, LITTLE_ROOT] as const

/** One bone after the other, for drawing. */
export const BONES: readonly (readonly [number, number])[] = [
  ...[1, 5, 17].map((root) => [0, root] as const),
  ...[1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18, 19].map((joint) => [joint, joint + 1] as const),
  [5, 9],
  [9, 13],
  [13, 17],
]

/** A square turned by `angleRad` (clockwise on screen) about its centre. */
export type TurnedSquare = { centre: Point; sidePx: number; angleRad: number }

/** A palm as the detector saw it, in picture pixels. */
export type PalmBox = {
  box: Box /** Wrist, index, middle, ring and little root, thumb base, thumb root. */
  points: Point[]
  confidence: number
}

/** A whole hand in one picture. */
export type Hand = {
  /** 21 places in picture pixels. */
  landmarks: Point[]
  /** 21 places in metres about the middle of the hand, z toward the camera is negative. */
  world: Point3[]
  /** The network's own belief that a hand is there, 0…1. */
  presence: number
  hand: 'L' | 'R'
  /** The network's belief that it is a right hand, 0…1; `hand` and `side` follow from it and the outline. */
  rightness: number
  side: 'palm' | 'back'
  /** The square the landmark network looked at. */
  square: TurnedSquare
}

export type Located =
  | { outcome: 'found'; hand: Hand; palmBox: PalmBox | null }
  | { outcome: 'no_hand' }
  | { outcome: 'two_hands'; hands: Hand[] }
  | { outcome: 'back_of_hand'; hand: Hand }
  | { outcome: 'not_open'; hand: Hand; foldedFingers: number }
