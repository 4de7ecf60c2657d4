import { expect, it } from 'vitest'
import { renderBurst } from './render-burst.ts'
import { screenLight } from './screen-light.ts'

const BLUE = screenLight([110, 195, 255])
const WARM = screenLight([255, 168, 64])
const REQUEST = { person: 5, view: 2, hand: 'R' as const, difficulty: 0, widthPx: 320, heightPx: 180 }

/** Blue over red of a patch about a place. */
function tint({ data, widthPx }: { data: Uint8Array; widthPx: number }, x: number, y: number): number {
  let [red, blue] = [0, 0]
  for (let dy = -4; dy <= 4; dy++) {
    for (let dx = -4; dx <= 4; dx++) {
      const at = ((Math.round(y) + dy) * widthPx + Math.round(x) + dx) * 3
      red += data[at]
      blue += data[at + 2]
    }
  }
  return blue / red
}

it('the light of a screen tints the hand in its colour, picture by picture, and leaves what is behind it', () => {
  const [blue, warm] = renderBurst({ ...REQUEST, frames: 2, screens: [BLUE, WARM] })
  const { landmarks } = blue!.truth
  const [x, y] = [(landmarks[0].xPx + landmarks[9].xPx) / 2, (landmarks[0].yPx + landmarks[9].yPx) / 2]
  expect(tint(blue!.raster, x, y)).toBeGreaterThan(1.1 * tint(warm!.raster, x, y))
  expect(tint(blue!.raster, 8, 8)).toBeCloseTo(tint(warm!.raster, 8, 8), 1)
})

it('needs a light for every picture', () => {
  expect(() => renderBurst({ ...REQUEST, frames: 3, screens: [BLUE] })).toThrow(RangeError)
})
