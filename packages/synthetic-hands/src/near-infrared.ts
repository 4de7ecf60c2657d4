import type { Crease } from './crease.ts'
import type { Linear, Skin } from './skin.ts'
import type { HandRequest, Raster, Scene } from './types.ts'

/** A sensor for near infrared (about 850 nm) with its own lamp beside it. */
export const isNearInfrared = ({ band }: Pick<HandRequest, 'band'>): boolean => band === 'near-infrared'

/** Skin reflects half of it, whatever its tone: melanin hardly absorbs there. */
const REFLECTANCE: Linear = [0.52, 0.52, 0.52]
/** What is behind the hand lies beyond most of the lamp's light. */
const BEHIND = 0.22
/** Creases are furrows of the surface and little more than a trace. */
const CREASE_SHARE = 0.3
/** Factor on the light over the middle of a vessel as deep as they come. */
const VEIN: Linear = [0.52, 0.52, 0.52]

/** One lamp at the sensor, no screen, and whatever of the room's light passes the filter. */
export const nearInfraredScene = (scene: Scene): Scene => ({
  ...scene,
  screen: undefined,
  warmth: 0,
  flash: 1,
  exposureStops: 0,
})

export const nearInfraredSkin = (skin: Skin): Skin => ({
  ...skin,
  palm: REFLECTANCE,
  back: REFLECTANCE,
  crease: VEIN,
  mottling: 0.2 * skin.mottling,
})

/** Faint creases over the vessels beneath. */
export const nearInfraredLines = (creases: readonly Crease[], veins: readonly Crease[]): Crease[] => [
  ...creases.map((crease) => ({ ...crease, depth: CREASE_SHARE * crease.depth })),
  ...veins,
]

export function darkenBackground(frame: Float32Array): void {
  for (let i = 0; i < frame.length; i++) frame[i] *= BEHIND
}

/** Such a sensor has one channel: all three say the same. */
export function greyed(raster: Raster): Raster {
  const { data } = raster
  for (let at = 0; at < data.length; at += 3) data[at] = data[at + 2] = data[at + 1]
  return raster
}
