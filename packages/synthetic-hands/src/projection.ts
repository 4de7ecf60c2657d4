import type { HandShape } from './shape.ts'
import type { Hand, Pose } from './types.ts'

/** A point in the picture with the scale (pixels per millimetre) that holds at its depth. */
export interface Projected {
  xPx: number
  yPx: number
  /** Height over the palm's plane after turning, in pixels towards the camera. */
  zPx: number
  scale: number
}

/** Maps millimetres on the hand (right-hand frame, z towards the camera) to pixels, and the palm's plane back. */
export interface Projection {
  /** Pixels a millimetre at the middle of the palm. */
  pxPerMm: number
  /** 1 for a right hand, −1 for a left one, which is drawn mirrored. */
  mirror: 1 | -1
  project(xMm: number, yMm: number, zMm: number): Projected
  /** Where a pixel lies on the palm's plane; writes [x, y] in millimetres. */
  unproject(xPx: number, yPx: number, into: Float64Array): void
}

const DEGREE = Math.PI / 180

/** Field of view of a plain webcam: focal length over picture width, about 65° across. */
const FOCAL_SHARE = 0.8

/** The point of the hand that `centreX`, `centreY` of a pose place: the middle of the palm, as shares of hand length. */
export const PALM_MIDDLE_SHARE = 0.25

/** The camera for one pose: a pinhole over a turned palm plane. */
export function projectionOf(
  shape: Pick<HandShape, 'lengthMm'>,
  hand: Hand,
  pose: Pose,
  widthPx: number,
  heightPx: number,
): Projection {
  const mirror = hand === 'R' ? 1 : -1
  const pxPerMm = (pose.handLengthShare * heightPx) / shape.lengthMm
  const distanceMm = (FOCAL_SHARE * widthPx) / pxPerMm
  const middleY = PALM_MIDDLE_SHARE * shape.lengthMm
  const [sinP, cosP] = [Math.sin(pose.pitchDeg * DEGREE), Math.cos(pose.pitchDeg * DEGREE)]
  const [sinY, cosY] = [Math.sin(pose.yawDeg * DEGREE), Math.cos(pose.yawDeg * DEGREE)]
  const [sinR, cosR] = [Math.sin(pose.rollDeg * DEGREE), Math.cos(pose.rollDeg * DEGREE)]
  const centreX = pose.centreX * widthPx
  const centreY = pose.centreY * heightPx

  /** Camera frame: x right, y down, z towards the camera, still in millimetres. */
  const turn = (xMm: number, yMm: number, zMm: number): [number, number, number] => {
    const x0 = mirror * xMm
    const y0 = yMm - middleY
    const y1 = y0 * cosP + zMm * sinP
    const z1 = -y0 * sinP + zMm * cosP
    const x2 = x0 * cosY + z1 * sinY
    const z2 = -x0 * sinY + z1 * cosY
    return [x2 * cosR + y1 * sinR, x2 * sinR - y1 * cosR, z2]
  }
  const project = (xMm: number, yMm: number, zMm: number): Projected => {
    const [x, y, z] = turn(xMm, yMm, zMm)
    const scale = (pxPerMm * distanceMm) / Math.max(0.3 * distanceMm, distanceMm - z)
    return { xPx: centreX + x * scale, yPx: centreY + y * scale, zPx: z * scale, scale }
  }

  const origin = turn(0, 0, 0)
  const alongX = turn(1, 0, 0).map((value, axis) => value - origin[axis])
  const alongY = turn(0, 1, 0).map((value, axis) => value - origin[axis])
  const focal = pxPerMm * distanceMm
  const row = (v: number[], constant: boolean): [number, number, number] => {
    const w = (constant ? distanceMm : 0) - v[2]
    return [focal * v[0] + centreX * w, focal * v[1] + centreY * w, w]
  }
  const inverse = invert(row(alongX, false), row(alongY, false), row(origin, true))
  return {
    pxPerMm,
    mirror,
    project,
    unproject: (xPx, yPx, into) => {
      const w = inverse[6] * xPx + inverse[7] * yPx + inverse[8]
      into[0] = (inverse[0] * xPx + inverse[1] * yPx + inverse[2]) / w
      into[1] = (inverse[3] * xPx + inverse[4] * yPx + inverse[5]) / w
    },
  }
}

type Column = [number, number, number]

/** Inverse (up to scale) of the 3×3 matrix with these columns, row by row. */
function invert(a: Column, b: Column, c: Column): number[] {
  const cross = (p: Column, q: Column): Column => [
    p[1] * q[2] - p[2] * q[1],
    p[2] * q[0] - p[0] * q[2],
    p[0] * q[1] - p[1] * q[0],
  ]
  return [...cross(b, c), ...cross(c, a), ...cross(a, b)]
}
