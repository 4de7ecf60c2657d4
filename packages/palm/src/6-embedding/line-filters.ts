import { ORIENTATIONS } from './winning-angle.ts'

/** Half side of the filter, field cells. */
export const RADIUS = 8
/** Spread across the line, spread along it and wavelength, field cells (2 px of the region each). */
const ACROSS = 2.2
const ALONG = 4
const WAVELENGTH = 7
const WIDTH = 2 * RADIUS + 1

/** Real parts of Gabor filters, zero-mean under their envelope (so that shading does not matter) and of unit norm. */
export const LINE_FILTERS: readonly Float32Array[] = Array.from({ length: ORIENTATIONS }, (_, k) => {
  const turn = (Math.PI * k) / ORIENTATIONS
  const filter = new Float32Array(WIDTH * WIDTH)
  const envelope = new Float32Array(WIDTH * WIDTH)
  let sum = 0
  let weight = 0
  for (let y = -RADIUS, i = 0; y <= RADIUS; y++) {
    for (let x = -RADIUS; x <= RADIUS; x++, i++) {
      const along = x * Math.cos(turn) + y * Math.sin(turn)
      const across = y * Math.cos(turn) - x * Math.sin(turn)
      envelope[i] = Math.exp(-(along * along) / (2 * ALONG * ALONG) - (across * across) / (2 * ACROSS * ACROSS))
      filter[i] = envelope[i] * Math.cos((2 * Math.PI * across) / WAVELENGTH)
      sum += filter[i]
      weight += envelope[i]
    }
  }
  let square = 0
  for (let i = 0; i < filter.length; i++) {
    filter[i] -= (envelope[i] * sum) / weight
    square += filter[i] * filter[i]
  }
  const norm = Math.sqrt(square)
  return filter.map((value) => value / norm)
})

const CORNER = RADIUS + 1
/**
 * The same filters, folded. Each looks alike when turned by half a turn, and those of 30° and 150°, of 60° and 120° are each other's mirror
 * image: of such two the sum is even in x and in y, the difference odd in both. So one corner of the filters says everything, six numbers a
 * cell of it: 0°, 90°, half the sums, half the differences.
 */
const FOLDED = foldedBank()

function foldedBank(): Float64Array {
  const folded = new Float64Array(CORNER * CORNER * ORIENTATIONS)
  for (let y = 0, at = 0; y < CORNER; y++) {
    for (let x = 0; x < CORNER; x++, at += ORIENTATIONS) {
      const [f0, f30, f60, f90, f120, f150] = LINE_FILTERS.map((filter) => filter[(RADIUS + y) * WIDTH + RADIUS + x])
      // A cell on an axis is its own mirror image and would count twice.
      const times = (x === 0 ? 0.5 : 1) * (y === 0 ? 0.5 : 1)
      const parts = [f0, f90, (f30 + f150) / 2, (f60 + f120) / 2, (f30 - f150) / 2, (f60 - f120) / 2]
      folded.set(
        parts.map((part) => part * times),
        at,
      )
    }
  }
  return folded
}

/**
 * What each filter answers at every cell of a square field of `side` cells; `padded` has RADIUS more of them around. The same numbers in
 * 32 bits as sums over the whole filters, in half the time.
 */
export function lineResponses(padded: Float32Array, side: number): Float32Array[] {
  const width = side + 2 * RADIUS
  const responses = LINE_FILTERS.map(() => new Float32Array(side * side))
  const [at0, at30, at60, at90, at120, at150] = responses
  const sums = new Float64Array(CORNER * width)
  const differences = new Float64Array(CORNER * width)
  for (let y = 0; y < side; y++) {
    foldRows(padded, y + RADIUS, width, sums, differences)
    for (let x = 0; x < side; x++) {
      let flat = 0
      let upright = 0
      let even30 = 0
      let even60 = 0
      let odd30 = 0
      let odd60 = 0
      for (let j = 0, w = 0; j < CORNER; j++) {
        const middle = j * width + x + RADIUS
        for (let i = 0; i < CORNER; i++, w += ORIENTATIONS) {
          const even = sums[middle + i] + sums[middle - i]
          const odd = differences[middle + i] - differences[middle - i]
          flat += FOLDED[w] * even
          upright += FOLDED[w + 1] * even
          even30 += FOLDED[w + 2] * even
          even60 += FOLDED[w + 3] * even
          odd30 += FOLDED[w + 4] * odd
          odd60 += FOLDED[w + 5] * odd
        }
      }
      const cell = y * side + x
      at0[cell] = flat
      at90[cell] = upright
      at30[cell] = even30 + odd30
      at150[cell] = even30 - odd30
      at60[cell] = even60 + odd60
      at120[cell] = even60 - odd60
    }
  }
  return responses
}

/** Of the rows 0 … RADIUS below a row and above it: their sums and their differences. */
function foldRows(
  padded: Float32Array,
  row: number,
  width: number,
  sums: Float64Array,
  differences: Float64Array,
): void {
  for (let j = 0, to = 0; j < CORNER; j++) {
    let above = (row - j) * width
    let below = (row + j) * width
    for (let x = 0; x < width; x++, to++, above++, below++) {
      sums[to] = padded[below] + padded[above]
      differences[to] = padded[below] - padded[above]
    }
  }
}
