import { DEFAULT_DIFFICULTY } from './pose.ts'
import { randomFrom } from './random.ts'
import type { ArmKind, BackgroundKind, HandRequest, Scene } from './types.ts'

const BACKGROUNDS: readonly BackgroundKind[] = ['counter', 'shop', 'dark', 'bright', 'patterned']
const ARMS: readonly ArmKind[] = ['bare', 'cuff', 'sleeve']

/** Draws light, camera and surroundings; what the request fixes stays as it is. */
export function sceneOf(request: HandRequest): Scene {
  const difficulty = request.difficulty ?? DEFAULT_DIFFICULTY
  const random = randomFrom('scene', request.person, request.hand, request.view)
  return {
    background: random.pick(BACKGROUNDS),
    arm: random.pick(ARMS),
    lightAzimuthDeg: random.between(20, 160) + (random.chance(0.25 * difficulty) ? 180 : 0),
    lightElevationDeg: random.between(62 - 34 * difficulty, 80),
    warmth: random.normal(0, 0.12 + 0.4 * difficulty),
    flash: random.between(0.1, 0.6 - 0.2 * difficulty),
    exposureStops: random.normal(0, 0.08 + 0.45 * difficulty),
    blurPx: random.between(0.5, 0.75 + 1.3 * difficulty),
    motionBlurPx: random.chance(difficulty) ? random.between(0, 4.5 * difficulty) : 0,
    motionDirectionDeg: random.between(0, 180),
    noiseLevels: random.between(1, 1.8 + 4.5 * difficulty),
    ...request.scene,
  }
}
