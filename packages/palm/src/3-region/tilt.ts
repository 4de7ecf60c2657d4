import type { Hand } from '../2-landmarks/hand.ts'
import { fitAffine, type Point3 } from '../geometry.ts'
import { PALM_FRAME } from './palm-frame.ts'

/**
 * How far the palm faces away from the camera, degrees: the angle between the line of sight and the normal of the plane
 * through wrist, index root and little root, from the network's landmarks in space. Flat hands measure 5 to 15°, because
 * the wrist lies deeper than the roots.
 */
export function tiltDeg({ world }: Pick<Hand, 'world'>): number {
  const across = minus(world[5], world[0])
  const along = minus(world[17], world[0])
  const x = across.y * along.z - across.z * along.y
  const y = across.z * along.x - across.x * along.z
  const z = across.x * along.y - across.y * along.x
  const length = Math.hypot(x, y, z)
  return length === 0 ? 90 : (Math.acos(Math.abs(z) / length) * 180) / Math.PI
}

/**
 * The same read off the outline: a palm turned by this many degrees would lie in the picture as much narrower, or shorter, than the
 * frame of an average palm as this one does. Tells a hand rolled about its own axis, which the landmarks in space read too flat. People's
 * palms differ in their proportions: flat ones measure 5 to 30°.
 */
export function outlineTiltDeg({ hand, landmarks }: Pick<Hand, 'hand' | 'landmarks'>): number {
  const flip = hand === 'L' ? -1 : 1
  const frame = PALM_FRAME.map(([, { x, y }]) => ({ x: flip * x, y }))
  const [a, b, , d, e] = fitAffine(
    frame,
    PALM_FRAME.map(([landmark]) => landmarks[landmark]),
  )
  // The two singular values of the linear part: half the sum and half the difference are these lengths.
  const mean = Math.hypot(a + e, d - b)
  const apart = Math.hypot(a - e, d + b)
  return mean + apart === 0 ? 90 : (Math.acos(Math.abs(mean - apart) / (mean + apart)) * 180) / Math.PI
}

const minus = (p: Point3, q: Point3): Point3 => ({ x: p.x - q.x, y: p.y - q.y, z: p.z - q.z })
