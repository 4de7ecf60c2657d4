import type { Point3 } from '../geometry.ts'
import type { Hand } from './hand.ts'

/** Root, middle joint and tip of index, middle, ring and little finger. */
const FINGERS = [
  [5, 6, 8],
  [9, 10, 12],
  [13, 14, 16],
  [17, 18, 20],
] as const
/**
 * A finger counts as folded when its tip lies less far from its root than this share of its stretched length. Open
 * fingers of the research sets reach .9 and more, a fist .1 to .4.
 */
const MIN_REACH = 0.6
/** More folded fingers than this hide the palm. */
export const MAX_FOLDED_FINGERS = 1

/** How many of the four fingers are folded, from the landmarks in space. The thumb may lie as it likes. */
export function foldedFingers({ world }: Pick<Hand, 'world'>): number {
  return FINGERS.filter(([root, joint, tip]) => {
    const stretched = reach(world[root], world[joint]) + boneChain(world, joint, tip)
    return reach(world[root], world[tip]) < MIN_REACH * stretched
  }).length
}

const reach = (p: Point3, q: Point3) => Math.hypot(p.x - q.x, p.y - q.y, p.z - q.z)

function boneChain(world: readonly Point3[], from: number, to: number): number {
  let length = 0
  for (let joint = from; joint < to; joint++) length += reach(world[joint], world[joint + 1])
  return length
}
