import type { Raster } from '../image.ts'
import type { Affine } from '../resample.ts'
import type { TurnedSquare } from './hand.ts'
import { shrunken } from './shrunken.ts'

/** The map from a network's input (side `inputSidePx`) to the picture for a turned square of it; `mirrored`: right and left swapped. */
export function squareToPicture(
  { centre, sidePx, angleRad }: TurnedSquare,
  inputSidePx: number,
  mirrored = false,
): Affine {
  const scale = sidePx / inputSidePx
  const flip = mirrored ? -1 : 1
  const cos = Math.cos(angleRad) * scale
  const sin = Math.sin(angleRad) * scale
  const half = inputSidePx / 2
  return [
    flip * cos,
    -sin,
    centre.x - flip * cos * half + sin * half,
    flip * sin,
    cos,
    centre.y - flip * sin * half - cos * half,
  ]
}

/** Inputs that were used already, by their length: half a megabyte each, and a hover needs nine. */
const spare = new Map<number, Float32Array[]>()

/** Gives an input back, to be written over by the next one. */
export function returnInput(input: Float32Array): void {
  const alike = spare.get(input.length)
  if (alike) alike.push(input)
  else spare.set(input.length, [input])
}

/**
 * The square as a network's input: sidePx × sidePx × 3 numbers 0…1, black where the picture ends. One bilinear sample a pixel of the picture
 * halved until fewer than two of its pixels fall on one: palm landmarks stay within 0.2% of the palm's width, in the median, of where 16
 * samples a pixel put them (`xpalm`, `student4`).
 */
export function networkInput(picture: Raster, square: TurnedSquare, sidePx: number, mirrored = false): Float32Array {
  const { picture: seen, timesSmaller } = shrunken(picture, square.sidePx / sidePx)
  const [a, b, c, d, e, f] = squareToPicture(square, sidePx, mirrored).map((value) => value / timesSmaller)
  const { widthPx, heightPx, data } = seen
  const maxX = widthPx - 1
  const maxY = heightPx - 1
  const rowBytes = widthPx * 3
  const inputLength = sidePx * sidePx * 3
  const input = spare.get(inputLength)?.pop() ?? new Float32Array(inputLength)
  for (let y = 0, at = 0; y < sidePx; y++) {
    // Where the middle of the pixel falls, counted from the middle of the picture's first pixel.
    const rowRight = b * (y + 0.5) + c - 0.5
    const rowDown = e * (y + 0.5) + f - 0.5
    for (let x = 0; x < sidePx; x++, at += 3) {
      const right = a * (x + 0.5) + rowRight
      const down = d * (x + 0.5) + rowDown
      if (right <= -1 || down <= -1 || right >= widthPx || down >= heightPx) {
        input[at] = input[at + 1] = input[at + 2] = 0
        continue
      }
      const px = right < 0 ? 0 : right > maxX ? maxX : right
      const py = down < 0 ? 0 : down > maxY ? maxY : down
      const left = px | 0
      const top = py | 0
      const wx = px - left
      const wy = (py - top) / 255
      const p00 = top * rowBytes + left * 3
      const p01 = left < maxX ? p00 + 3 : p00
      const below = top < maxY ? rowBytes : 0
      const w11 = wx * wy
      const w10 = wy - w11
      const w01 = wx / 255 - w11
      const w00 = 1 / 255 - wx / 255 - w10
      const p10 = p00 + below
      const p11 = p01 + below
      input[at] = w00 * data[p00] + w01 * data[p01] + w10 * data[p10] + w11 * data[p11]
      input[at + 1] = w00 * data[p00 + 1] + w01 * data[p01 + 1] + w10 * data[p10 + 1] + w11 * data[p11 + 1]
      input[at + 2] = w00 * data[p00 + 2] + w01 * data[p01 + 2] + w10 * data[p10 + 2] + w11 * data[p11 + 2]
    }
  }
  return input
}
