import { randomFrom } from './random.ts'
import type { HandRequest, Pose } from './types.ts'

export const DEFAULT_DIFFICULTY = 0.35

const DEGREE = Math.PI / 180

/** Draws how the hand is held; what the request fixes stays as it is. */
export function poseOf(request: HandRequest, widthPx: number, heightPx: number): Pose {
  const difficulty = request.difficulty ?? DEFAULT_DIFFICULTY
  const random = randomFrom('pose', request.person, request.hand, request.view)
  const drawn: Pose = {
    rollDeg: random.normal(0, 4 + 16 * difficulty),
    pitchDeg: random.normal(2, 2.5 + 9 * difficulty),
    yawDeg: random.normal(0, 2.5 + 9 * difficulty),
    handLengthShare: random.normal(0.86 - 0.08 * difficulty, 0.02 + 0.07 * difficulty),
    centreX: 0.5,
    centreY: 0.5,
    spread: Math.max(0.1, random.normal(1, 0.2 + 0.3 * difficulty)),
    curl: Math.max(0, random.normal(0, 0.05 * difficulty)),
    ...request.pose,
  }
  const drift = 0.008 + 0.035 * difficulty
  const middle = middleFor(drawn, widthPx, heightPx)
  drawn.centreX = request.pose?.centreX ?? middle.centreX + random.normal(0, drift)
  drawn.centreY = request.pose?.centreY ?? middle.centreY + random.normal(0, drift)
  return drawn
}

/** Where the palm's middle must stand so that the whole hand is in the middle of the picture. */
function middleFor(pose: Pose, widthPx: number, heightPx: number): Pick<Pose, 'centreX' | 'centreY'> {
  const shiftPx = 0.21 * pose.handLengthShare * heightPx
  return {
    centreX: 0.5 - (Math.sin(pose.rollDeg * DEGREE) * shiftPx) / widthPx,
    centreY: 0.51 + (Math.cos(pose.rollDeg * DEGREE) * shiftPx) / heightPx,
  }
}

/** Angle between the palm's normal and the line of sight. */
export function tiltDegOf(pose: Pose): number {
  return Math.acos(Math.cos(pose.pitchDeg * DEGREE) * Math.cos(pose.yawDeg * DEGREE)) / DEGREE
}
