import { type Raster, raster } from '../image.ts'

const halves = new WeakMap<Raster, Raster>()

/** The picture at half size, each pixel the mean of four; an odd last row or column is left out. Remembered as long as the picture. */
export function halved(picture: Raster): Raster {
  const before = halves.get(picture)
  if (before) return before
  const { widthPx, heightPx, data } = picture
  const [width, height] = [widthPx >> 1, heightPx >> 1]
  const out = new Uint8Array(width * height * 3)
  const row = widthPx * 3
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, from = 2 * y * row; x < width; x++, from += 6) {
      for (let c = from; c < from + 3; c++)
        out[to++] = (data[c] + data[c + 3] + data[c + row] + data[c + row + 3] + 2) >> 2
    }
  }
  const half = raster(width, height, out)
  halves.set(picture, half)
  return half
}

/**
 * The picture halved as often as leaves at least as many pixels as wanted, and how often that was: a network's small input then needs
 * few samples a pixel.
 */
export function shrunken(picture: Raster, pixelsPerSample: number): { picture: Raster; timesSmaller: number } {
  let seen = picture
  let timesSmaller = 1
  while (pixelsPerSample / timesSmaller >= 2 && Math.min(seen.widthPx, seen.heightPx) >= 4) {
    seen = halved(seen)
    timesSmaller *= 2
  }
  return { picture: seen, timesSmaller }
}
