import type { Point, Point3 } from '../geometry.ts'
import type { Raster } from '../image.ts'
import type { Network } from '../networks/network.ts'
import { facingOf } from './facing.ts'
import type { Hand, TurnedSquare } from './hand.ts'
import { networkInput, squareToPicture } from './network-input.ts'

const LANDMARK_SIDE_PX = 224
const LANDMARKS = 21

/** Runs the landmark network on one square of the picture. */
export async function findLandmarks(network: Network, picture: Raster, square: TurnedSquare): Promise<Hand> {
  const [flat, [presence], [rightness], flatWorld] = await network.run(networkInput(picture, square, LANDMARK_SIDE_PX))
  const [a, b, c, d, e, f] = squareToPicture(square, LANDMARK_SIDE_PX)
  const cos = Math.cos(square.angleRad)
  const sin = Math.sin(square.angleRad)
  const landmarks: Point[] = []
  const world: Point3[] = []
  for (let i = 0; i < LANDMARKS; i++) {
    const x = flat[3 * i]
    const y = flat[3 * i + 1]
    landmarks.push({ x: a * x + b * y + c, y: d * x + e * y + f })
    const wx = flatWorld[3 * i]
    const wy = flatWorld[3 * i + 1]
    world.push({ x: wx * cos - wy * sin, y: wx * sin + wy * cos, z: flatWorld[3 * i + 2] })
  }
  return {
    landmarks,
    world,
    presence,
    handConfidence: Math.max(rightness, 1 - rightness),
    // Counted on pictures with known sides, not mirrored: the network's number is its belief in a right hand.
    ...facingOf(landmarks, rightness),
    square,
  }
}
