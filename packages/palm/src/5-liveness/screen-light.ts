import { SCREEN_COLOURS, type ScreenColour } from '@paume/contract'

/** Two numbers of a colour that no brightness changes: natural logarithms of red and of blue over green, in linear light. */
export type Chroma = readonly [redOverGreen: number, blueOverGreen: number]

const linear = (level: number) => {
  const value = level / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}
const LINEAR = Object.fromEntries(
  Object.entries(SCREEN_COLOURS).map(([name, levels]) => [name, levels.map(linear)]),
) as unknown as Record<ScreenColour, readonly [number, number, number]>

/**
 * How the light on a surface is tinted by the screen, when the screen's full white gives `strength` times the light that is there
 * already. The surface's own colour drops out: it is the same factor in every frame.
 */
export function tintOf(colour: ScreenColour, strength: number): Chroma {
  const [red, green, blue] = LINEAR[colour]
  const own = 1 + strength * green
  return [Math.log((1 + strength * red) / own), Math.log((1 + strength * blue) / own)]
}

/** Tints of a sequence about their mean, one after another: 2 numbers a frame. */
export function tintsOf(flash: readonly ScreenColour[], strength: number): Float64Array {
  return centred(flash.flatMap((colour) => tintOf(colour, strength)))
}

/** Takes the mean over frames from each of the two numbers. */
export function centred(values: ArrayLike<number>): Float64Array {
  const out = Float64Array.from(values)
  const frames = out.length / 2
  for (let part = 0; part < 2; part++) {
    let mean = 0
    for (let i = part; i < out.length; i += 2) mean += out[i] / frames
    for (let i = part; i < out.length; i += 2) out[i] -= mean
  }
  return out
}

/** Strengths tried: from what no camera sees to a dark room. */
const STRENGTHS = Array.from({ length: 57 }, (_, i) => 0.004 * 10 ** (i / 16))

/** What a strength does to the colours of a drawn sequence. */
export type Rung = { strength: number; tints: Float64Array }

export const ladderOf = (flash: readonly ScreenColour[]): Rung[] =>
  [0, ...STRENGTHS].map((strength) => ({ strength, tints: tintsOf(flash, strength) }))

/** The strength whose tints lie nearest to what was seen, 0 where no light at all does, and the correlation with those tints. */
export function strengthOf(seen: Float64Array, ladder: readonly Rung[]): { strength: number; follows: number } {
  let best = ladder[0]
  let least = Number.POSITIVE_INFINITY
  for (const rung of ladder) {
    let miss = 0
    for (let i = 0; i < seen.length; i++) miss += (seen[i] - rung.tints[i]) ** 2
    if (miss < least) {
      least = miss
      best = rung
    }
  }
  return { strength: best.strength, follows: correlation(seen, best.tints) }
}

/** −1…1; 0 where either does not change. */
export function correlation(a: Float64Array, b: Float64Array): number {
  const norm = Math.sqrt(dot(a, a) * dot(b, b))
  return norm > 0 ? dot(a, b) / norm : 0
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
