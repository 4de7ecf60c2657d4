import { type Point, wrapAngleRad } from '../geometry.ts'
import { INDEX_ROOT, MIDDLE_ROOT, type PalmBox, RING_ROOT, type TurnedSquare, WRIST } from './hand.ts'

/** The square about a detected palm is this much larger than the palm's box and moved toward the fingers (MediaPipe). */
const PALM_TO_HAND_SCALE = 2.6
const PALM_TO_HAND_SHIFT = 0.5
/** About landmarks already known the square can be tighter (MediaPipe's tracking of hands). */
const TRACKING_SCALE = 2
const TRACKING_SHIFT = 0.1
/** Landmarks on palm and lower finger bones: they stay when fingertips bend. */
const STEADY_LANDMARKS = [0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18]

/** How far the direction from → to is turned from straight up, clockwise on screen. */
const turnFromUpRad = (from: Point, to: Point) => wrapAngleRad(Math.PI / 2 - Math.atan2(from.y - to.y, to.x - from.x))

const moved = (centre: Point, angleRad: number, upPx: number): Point => ({
  x: centre.x + Math.sin(angleRad) * upPx,
  y: centre.y - Math.cos(angleRad) * upPx,
})

/** Where the whole hand should be, from the palm detector's box and its wrist and middle finger root. */
export function squareFromPalm({ box, points }: PalmBox): TurnedSquare {
  const angleRad = turnFromUpRad(points[0], points[2])
  const longPx = Math.max(box.widthPx, box.heightPx)
  const centre = { x: box.leftPx + box.widthPx / 2, y: box.topPx + box.heightPx / 2 }
  return {
    centre: moved(centre, angleRad, PALM_TO_HAND_SHIFT * box.heightPx),
    sidePx: PALM_TO_HAND_SCALE * longPx,
    angleRad,
  }
}

/** Where the whole hand is, from its landmarks in this frame or the one before. */
export function squareFromLandmarks(landmarks: readonly Point[]): TurnedSquare {
  const roots = {
    x: (landmarks[INDEX_ROOT].x + landmarks[RING_ROOT].x) / 4 + landmarks[MIDDLE_ROOT].x / 2,
    y: (landmarks[INDEX_ROOT].y + landmarks[RING_ROOT].y) / 4 + landmarks[MIDDLE_ROOT].y / 2,
  }
  const angleRad = turnFromUpRad(landmarks[WRIST], roots)
  const cos = Math.cos(angleRad)
  const sin = Math.sin(angleRad)
  let [minU, maxU, minV, maxV] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const i of STEADY_LANDMARKS) {
    const { x, y } = landmarks[i]
    const u = x * cos + y * sin
    const v = -x * sin + y * cos
    minU = Math.min(minU, u)
    maxU = Math.max(maxU, u)
    minV = Math.min(minV, v)
    maxV = Math.max(maxV, v)
  }
  const u = (minU + maxU) / 2
  const v = (minV + maxV) / 2
  const centre = { x: u * cos - v * sin, y: u * sin + v * cos }
  return {
    centre: moved(centre, angleRad, TRACKING_SHIFT * (maxV - minV)),
    sidePx: TRACKING_SCALE * Math.max(maxU - minU, maxV - minV),
    angleRad,
  }
}
