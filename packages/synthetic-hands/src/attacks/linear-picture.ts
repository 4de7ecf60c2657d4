import { type Linear, linearOf } from '../skin.ts'
import type { Raster } from '../types.ts'

const LEVELS = Float32Array.from({ length: 256 }, (_, level) => linearOf(level))

/** Linear light of a picture at a place between its pixels; its border pixels repeat outward. */
export function lightAt({ data, widthPx, heightPx }: Raster, xPx: number, yPx: number, into: Linear): void {
  const x = Math.min(widthPx - 1.001, Math.max(0, xPx - 0.5))
  const y = Math.min(heightPx - 1.001, Math.max(0, yPx - 0.5))
  const column = x | 0
  const row = y | 0
  const right = x - column
  const down = y - row
  const at = (row * widthPx + column) * 3
  const below = at + widthPx * 3
  const w11 = right * down
  const w10 = down - w11
  const w01 = right - w11
  const w00 = 1 - right - w10
  for (let axis = 0; axis < 3; axis++) {
    into[axis] =
      w00 * LEVELS[data[at + axis]] +
      w01 * LEVELS[data[at + 3 + axis]] +
      w10 * LEVELS[data[below + axis]] +
      w11 * LEVELS[data[below + 3 + axis]]
  }
}
