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
