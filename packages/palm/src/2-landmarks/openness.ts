import type { Point3 } from '../geometry.ts'
import { type Hand, MIDDLE_ROOT, WRIST } from './hand.ts'

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

/**
 * The space landmarks of a fist toward the camera read open in one picture of five; the flat ones then still show rolled fingers. A
 * finger is rolled up in the picture when its tip lies less far from its root than this share of its bones there…
 */
const MAX_ROLLED_REACH = 0.6
/**
 * … and the hand is a fist when all four are, and their tips lie on average less than this far from their roots in space, in lengths
 * of the palm (wrist to middle root). Of 409 open or half-open hands found in `student4` and `xpalm` this refuses one, out of 20 whose
 * fingers are bent on purpose (.47 to .69); rendered fists that read open reach .44 and .47.
 */
const MAX_FIST_REACH = 0.5

/** How many of the four fingers are folded, from the landmarks in space and in the picture. The thumb may lie as it likes. */
export function foldedFingers(hand: Pick<Hand, 'world' | 'landmarks'>): number {
  return isFist(hand) ? FINGERS.length : foldedInSpace(hand.world)
}

const foldedInSpace = (world: readonly Point3[]) =>
  FINGERS.filter(([root, joint, tip]) => {
    const stretched = reach(world[root], world[joint]) + boneChain(world, joint, tip)
    return reach(world[root], world[tip]) < MIN_REACH * stretched
  }).length

function isFist({ world, landmarks }: Pick<Hand, 'world' | 'landmarks'>): boolean {
  const palm = reach(world[WRIST], world[MIDDLE_ROOT])
  const flat = landmarks.map(({ x, y }) => ({ x, y, z: 0 }))
  const rolled = FINGERS.every(
    ([root, , tip]) => reach(flat[root], flat[tip]) < MAX_ROLLED_REACH * boneChain(flat, root, tip),
  )
  const meanReach = FINGERS.reduce((sum, [root, , tip]) => sum + reach(world[root], world[tip]), 0) / FINGERS.length
  return rolled && meanReach < MAX_FIST_REACH * palm
}

const reach = (p: Point3, q: Point3) => Math.hypot(p.x - q.x, p.y - q.y, p.z - q.z)

function boneChain(world: readonly Point3[], from: number, to: number): number {
  let length = 0
  for (let joint = from; joint < to; joint++) length += reach(world[joint], world[joint + 1])
  return length
}
