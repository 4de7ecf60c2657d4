/** Light of a full channel on the hand, in parts of the room's: a bright tablet a hand's length away gives 100 to 200 lx, a shop 500. */
const STRENGTH = 0.3

/** What a screen that shows this sRGB colour (0…255 a channel) all over gives to a hand: a `screen` for a scene. */
export function screenLight(colour: readonly [red: number, green: number, blue: number]): [number, number, number] {
  const [red, green, blue] = colour.map((level) => {
    const value = level / 255
    return STRENGTH * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
  })
  return [red, green, blue]
}
