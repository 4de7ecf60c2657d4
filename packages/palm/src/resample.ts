import type { Raster } from './image.ts'

/** [a, b, c, d, e, f]: the place (x, y) of the result lies at (a·x + b·y + c, d·x + e·y + f) of the source. */
export type Affine = readonly [number, number, number, number, number, number]

/** Beyond this many samples a side and pixel nothing more is gained; bounds the work on pictures that lie about size. */
const MAX_OVERSAMPLING = 8

/**
 * Fills widthPx × heightPx × 3 bytes from the picture through an affine map. Where the map shrinks, several bilinear
 * samples are averaged to a pixel, so that fine lines do not alias. Coordinates are continuous: a pixel covers
 * [i, i+1). What lies outside the picture becomes `fill` (grey level), or the border pixel where `fill` is null.
 */
export function sampleAffine(
  { widthPx: sourceWidthPx, heightPx: sourceHeightPx, data }: Raster,
  [a, b, c, d, e, f]: Affine,
  widthPx: number,
  heightPx: number,
  fill: number | null = null,
): Uint8Array {
  const out = new Uint8Array(widthPx * heightPx * 3)
  const across = oversampling(Math.hypot(a, d))
  const down = oversampling(Math.hypot(b, e))
  const share = 1 / (across * down)
  const maxX = sourceWidthPx - 1
  const maxY = sourceHeightPx - 1
  const rowBytes = sourceWidthPx * 3
  for (let y = 0, at = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++, at += 3) {
      let red = 0
      let green = 0
      let blue = 0
      for (let sy = 0; sy < down; sy++) {
        const v = y + (sy + 0.5) / down
        for (let sx = 0; sx < across; sx++) {
          const u = x + (sx + 0.5) / across
          let px = a * u + b * v + c - 0.5
          let py = d * u + e * v + f - 0.5
          if (fill !== null && (px < -1 || py < -1 || px > sourceWidthPx || py > sourceHeightPx)) {
            red += fill
            green += fill
            blue += fill
            continue
          }
          px = px < 0 ? 0 : Math.min(px, maxX)
          py = py < 0 ? 0 : Math.min(py, maxY)
          const left = px | 0
          const top = py | 0
          const wx = px - left
          const wy = py - top
          const p00 = top * rowBytes + left * 3
          const p01 = left < maxX ? p00 + 3 : p00
          const below = top < maxY ? rowBytes : 0
          const w00 = (1 - wx) * (1 - wy)
          const w01 = wx * (1 - wy)
          const w10 = (1 - wx) * wy
          const w11 = wx * wy
          const p10 = p00 + below
          const p11 = p01 + below
          red += w00 * data[p00] + w01 * data[p01] + w10 * data[p10] + w11 * data[p11]
          green += w00 * data[p00 + 1] + w01 * data[p01 + 1] + w10 * data[p10 + 1] + w11 * data[p11 + 1]
          blue += w00 * data[p00 + 2] + w01 * data[p01 + 2] + w10 * data[p10 + 2] + w11 * data[p11 + 2]
        }
      }
      out[at] = red * share + 0.5
      out[at + 1] = green * share + 0.5
      out[at + 2] = blue * share + 0.5
    }
  }
  return out
}

const oversampling = (scale: number) => Math.min(MAX_OVERSAMPLING, Math.max(1, Math.ceil(scale - 0.25)))
