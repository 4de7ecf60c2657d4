import { SCREEN_COLOURS, type ScreenColour } from '@paume/contract'
import {
  type PresentationRequest,
  type PresentedFrame,
  renderAttack,
  renderFlashedBurst,
  renderHand,
  type Species,
} from '@paume/synthetic-hands'
import type { Hand } from '../2-landmarks/hand.ts'
import { cut } from '../3-region/cut.ts'
import { checkFrame } from './checks.ts'
import type { BurstFrame } from './liveness.ts'

export const DRAWN: readonly ScreenColour[] = ['warm', 'blue', 'white', 'green']
const SIZE = { widthPx: 640, heightPx: 360 } as const

type Light = [number, number, number]
const linear = (level: number) => {
  const value = level / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}
const requestOf = (seed: number, flash: readonly ScreenColour[] | null, ambientLux = 300): PresentationRequest => ({
  seed,
  ambientLux,
  flash: flash?.map((colour) => SCREEN_COLOURS[colour].map(linear) as Light) ?? DRAWN.map(() => null),
  ...SIZE,
})

/** A rendered person's hand before the terminal. */
export const handBurst = (seed: number, flash: readonly ScreenColour[] | null = DRAWN, ambientLux?: number) =>
  seen(
    renderFlashedBurst(
      { person: seed, view: 1, hand: 'R', difficulty: 0.15, ...SIZE },
      requestOf(seed, flash, ambientLux),
    ),
    flash,
  )

/** An attack with a picture of the same person. */
export function attackBurst(species: Species, seed: number, flash: readonly ScreenColour[] | null = DRAWN) {
  const { raster, truth } = renderHand({ person: seed, view: 2, hand: 'R', difficulty: 0.15, ...SIZE })
  return seen(renderAttack(species, { picture: raster, landmarks: truth.landmarks }, requestOf(seed, flash)), flash)
}

/** Stages 3 and 5 over the frames, the points taken from the renderer instead of a network. */
function seen(frames: readonly PresentedFrame[], flash: readonly ScreenColour[] | null): BurstFrame[] {
  return frames.map(({ raster: picture, landmarks, offsetMs }, i) => {
    const hand = handAt(landmarks)
    const region = cut(picture, hand)
    const { evidence } = checkFrame({ picture, hand, region })
    return { offsetMs, screenColour: flash?.[i] ?? null, hand, region, evidence }
  })
}

const handAt = (landmarks: PresentedFrame['landmarks']): Hand => ({
  landmarks: landmarks.map(({ xPx, yPx }) => ({ x: xPx, y: yPx })),
  world: landmarks.map(({ xPx, yPx }) => ({ x: xPx / 5000, y: yPx / 5000, z: 0 })),
  presence: 1,
  hand: 'R',
  rightness: 1,
  side: 'palm',
  square: { centre: { x: 0, y: 0 }, sidePx: 1, angleRad: 0 },
})
