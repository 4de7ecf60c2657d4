import { SCREEN_COLOUR_NAMES, SCREEN_COLOURS, type ScreenColour } from '@paume/contract'
import {
  type PresentedFrame,
  renderAttack,
  renderFlashedBurst,
  renderHand,
  renderTwin,
  type ShownHand,
  type Species,
} from '@paume/synthetic-hands'

/** Colours of a capture, as many as a hover has. */
const FLASHES = 4
/** Rendered pictures: half of what a terminal sends, for a quarter of the time. */
const SIZE = { widthPx: 640, heightPx: 360 } as const

/** What was shown to the camera. */
export type Kind = 'bona fide' | Species

/** One presentation: what it is, whose, and how to make its burst, which is too large to be kept. */
export type Presentation = {
  kind: Kind
  /** Person or picture, for counting over people. */
  of: string
  flash: readonly ScreenColour[] | null
  /** The same for the same picture, person, instrument and conditions. */
  key: string
  burst(): PresentedFrame[]
}

type Light = [number, number, number]
const linear = (level: number) => {
  const value = level / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}
export const lightOf = (colour: ScreenColour): Light => SCREEN_COLOURS[colour].map(linear) as Light

/** The sequence of one presentation: repeatable, neighbours differ. */
export function sequenceOf(seed: number): ScreenColour[] {
  const drawn: ScreenColour[] = []
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0
  while (drawn.length < FLASHES) {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x297a2d39) >>> 0
    const colour = SCREEN_COLOUR_NAMES[(state >>> 8) % SCREEN_COLOUR_NAMES.length]
    if (colour !== drawn.at(-1)) drawn.push(colour)
  }
  return drawn
}

export type Conditions = {
  seed: number
  /** Whether the screen flashes. */
  flashed: boolean
  /** Light on the palm from elsewhere; default as `roomOf` draws it, 40 to 1000 lux. */
  ambientLux?: number
  /** Names the picture that is shown where a person has several. */
  picture?: string
}

const keyOf = (what: string, of: string, { seed, flashed, ambientLux, picture }: Conditions) =>
  [what, of, picture ?? '', seed, flashed ? 'flashed' : 'plain', ambientLux ?? ''].join('|')

const requestOf = ({ seed, flashed, ambientLux }: Conditions) => {
  const flash = flashed ? sequenceOf(seed) : null
  const light = flash?.map(lightOf) ?? Array.from({ length: FLASHES }, () => null)
  return { flash, request: { seed, flash: light, ambientLux, ...SIZE } }
}

/** A rendered person who is there, in relief. */
export function renderedHand(person: number, conditions: Conditions): Presentation {
  const { flash, request } = requestOf(conditions)
  const difficulty = 0.1 + 0.4 * ((conditions.seed * 0.618) % 1)
  const hand = { person, view: conditions.seed, hand: person % 2 ? 'R' : 'L', difficulty, ...SIZE } as const
  const of = `rendered ${person}`
  const key = keyOf('hand', of, conditions)
  return { kind: 'bona fide', of, flash, key, burst: () => renderFlashedBurst(hand, request) }
}

/** A picture of a rendered person, for whoever attacks with it or makes its twin; rendered when first asked for. */
export function renderedPicture(person: number, view: number): () => ShownHand {
  let shown: ShownHand | null = null
  return () => {
    if (shown === null) {
      const { raster, truth } = renderHand({ person, view, hand: person % 2 ? 'R' : 'L', difficulty: 0.15 })
      shown = { picture: raster, landmarks: truth.landmarks }
    }
    return shown
  }
}

/** The twin of a still picture: the hand as if it were there. */
export function twinOf(of: string, shown: () => ShownHand, conditions: Conditions): Presentation {
  const { flash, request } = requestOf(conditions)
  const key = keyOf('twin', of, conditions)
  return { kind: 'bona fide', of, flash, key, burst: () => renderTwin(shown(), request) }
}

export function attackWith(kind: Species, of: string, shown: () => ShownHand, conditions: Conditions): Presentation {
  const { flash, request } = requestOf(conditions)
  return { kind, of, flash, key: keyOf(kind, of, conditions), burst: () => renderAttack(kind, shown(), request) }
}
