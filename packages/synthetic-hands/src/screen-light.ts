import { linearOf } from './skin.ts'

/** Light of a full channel on the hand, in parts of the room's: a bright tablet a hand's length away gives 100 to 200 lx, a shop 500. */
const STRENGTH = 0.3

/** What a screen that shows this sRGB colour (0…255 a channel) all over gives to a hand: a `screen` for a scene. */
export function screenLight(colour: readonly [red: number, green: number, blue: number]): [number, number, number] {
  const [red, green, blue] = colour.map((level) => STRENGTH * linearOf(level))
  return [red, green, blue]
}
