import type { Point, Point3 } from '../geometry.ts'
import type { Raster } from '../image.ts'
import type { Network } from '../networks/network.ts'
import { facingOf } from './facing.ts'
import type { Hand, TurnedSquare } from './hand.ts'
import { networkInput, returnInput, squareToPicture } from './network-input.ts'

const LANDMARK_SIDE_PX = 224
const LANDMARKS = 21

/**
 * Runs the landmark network on one square of the picture, on request on its mirror image; places, hand and side are those of the
 * picture either way. The network errs a little to one side, and the other way in the mirror.
 */
export async function findLandmarks(
  network: Network,
  picture: Raster,
  square: TurnedSquare,
  { mirrored = false } = {},
): Promise<Hand> {
  const input = networkInput(picture, square, LANDMARK_SIDE_PX, mirrored)
  const [flat, [presence], [asSeen], flatWorld] = await network.run(input)
  returnInput(input)
  const [a, b, c, d, e, f] = squareToPicture(square, LANDMARK_SIDE_PX, mirrored)
  const cos = Math.cos(square.angleRad)
  const sin = Math.sin(square.angleRad)
  const landmarks: Point[] = []
  const world: Point3[] = []
  for (let i = 0; i < LANDMARKS; i++) {
    const x = flat[3 * i]
    const y = flat[3 * i + 1]
    landmarks.push({ x: a * x + b * y + c, y: d * x + e * y + f })
    const wx = mirrored ? -flatWorld[3 * i] : flatWorld[3 * i]
    const wy = flatWorld[3 * i + 1]
    world.push({ x: wx * cos - wy * sin, y: wx * sin + wy * cos, z: flatWorld[3 * i + 2] })
  }
  // Counted on pictures with known sides, not mirrored: the network's number is its belief in a right hand.
  const rightness = mirrored ? 1 - asSeen : asSeen
  return { landmarks, world, presence, rightness, ...facingOf(landmarks, rightness), square }
}

/** What two looks at one hand say together: the middle of all they say. The square is the second one's. */
export function meanOf(first: Hand, second: Hand): Hand {
  const landmarks = first.landmarks.map((p, i) => {
    const q = second.landmarks[i]
    return { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 }
  })
  const world = first.world.map((p, i) => {
    const q = second.world[i]
    return { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2, z: (p.z + q.z) / 2 }
  })
  const presence = (first.presence + second.presence) / 2
  const rightness = (first.rightness + second.rightness) / 2
  return { landmarks, world, presence, rightness, ...facingOf(landmarks, rightness), square: second.square }
}
