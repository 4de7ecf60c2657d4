import { paintBackground } from '../background.ts'
import type { Random } from '../random.ts'
import type { Linear } from '../skin.ts'
import type { BackgroundKind } from '../types.ts'
import type { PresentationRequest } from './types.ts'

/**
 * A terminal in its room, in units of light: everything is luminance, cd/m². White paper under E lux shines with E/π.
 */
export interface Room {
  /** Light on a palm before the terminal from everything but its screen, lux. */
  ambientLux: number
  /** The terminal's screen at full white. */
  screenNits: number
  screenAreaM2: number
  /** From screen to hand or instrument. */
  distanceM: number
  /** From screen to what is behind the hand. */
  backgroundM: number
  background: BackgroundKind
  warmth: number
  /** Direction of the room's light, towards it (x right, y down, z to the camera), and its share; the rest is even. */
  lightFrom: Linear
  directed: number
  seed: number
}

const BACKGROUNDS: readonly BackgroundKind[] = ['counter', 'shop', 'dark', 'bright', 'patterned']

export function roomOf(random: Random, { seed, ambientLux }: PresentationRequest): Room {
  const azimuth = random.between(0, 2 * Math.PI)
  const elevation = random.between(0.35, 1.3)
  const lux = 40 * 25 ** random.next()
  return {
    ambientLux: ambientLux ?? lux,
    screenNits: random.between(250, 500),
    screenAreaM2: random.between(0.018, 0.035),
    distanceM: random.between(0.12, 0.3),
    backgroundM: random.between(0.35, 2.5),
    background: random.pick(BACKGROUNDS),
    warmth: random.normal(0, 0.15),
    lightFrom: [Math.cos(azimuth) * Math.cos(elevation), Math.sin(azimuth) * Math.cos(elevation), Math.sin(elevation)],
    directed: random.between(0.35, 0.8),
    seed,
  }
}

/** Illuminance by the screen at full white, lux, at a distance on its axis: π · L · form factor of a disc of its area. */
export function screenLux({ screenNits, screenAreaM2 }: Room, distanceM: number): number {
  return Math.PI * screenNits * (screenAreaM2 / (screenAreaM2 + Math.PI * distanceM ** 2))
}

/** How much weaker the screen's light is off its axis; softer than a point's cos⁴ because the screen is large. */
export const offAxis = (asideMm: number, { distanceM }: Room) => 1 / (1 + (asideMm / (1000 * distanceM)) ** 2) ** 1.5

/** Colour of the room's light, 1 in green. */
export const tintOfRoom = ({ warmth }: Room): Linear => [1 + 0.16 * warmth, 1, 1 - 0.24 * warmth]

/** Fills a frame with the surroundings under room light and the little of the screen's that reaches them. */
export function paintRoom(
  frame: Float32Array,
  widthPx: number,
  heightPx: number,
  room: Room,
  flash: Linear | null,
): void {
  paintBackground(frame, widthPx, heightPx, room.background, room.seed, 1)
  const tint = tintOfRoom(room)
  const far = screenLux(room, room.backgroundM)
  const light = [0, 1, 2].map((axis) => (room.ambientLux * tint[axis] + far * (flash?.[axis] ?? 0)) / Math.PI)
  for (let at = 0; at < frame.length; at += 3) {
    frame[at] *= light[0]
    frame[at + 1] *= light[1]
    frame[at + 2] *= light[2]
  }
}
