import type { Hand } from '../2-landmarks/hand.ts'
import type { Point3 } from '../geometry.ts'

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

const minus = (p: Point3, q: Point3): Point3 => ({ x: p.x - q.x, y: p.y - q.y, z: p.z - q.z })
