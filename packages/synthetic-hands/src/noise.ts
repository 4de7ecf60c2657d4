import { randomFrom } from './random.ts'

/** Smooth noise over the plane, about −1…1, that repeats after 64 cells. */
export type Noise = (x: number, y: number) => number

const CELLS = 64

/** Makes value noise with a cell of side 1: a random value at each whole place, smoothly joined. */
export function noiseFrom(...seed: (number | string)[]): Noise {
  const random = randomFrom(...seed)
  const values = new Float32Array(CELLS * CELLS)
  for (let index = 0; index < values.length; index++) values[index] = random.between(-1, 1)
  return (x, y) => {
    const column = Math.floor(x)
    const row = Math.floor(y)
    const right = x - column
    const down = y - row
    const easeX = right * right * (3 - 2 * right)
    const easeY = down * down * (3 - 2 * down)
    const upper = (row & (CELLS - 1)) * CELLS
    const lower = ((row + 1) & (CELLS - 1)) * CELLS
    const left = column & (CELLS - 1)
    const next = (column + 1) & (CELLS - 1)
    const top = values[upper + left] + (values[upper + next] - values[upper + left]) * easeX
    const bottom = values[lower + left] + (values[lower + next] - values[lower + left]) * easeX
    return top + (bottom - top) * easeY
  }
}

/** A square tile of slightly smoothed grain, mean 0, deviation about 1; read with `& (GRAIN_SIZE − 1)`. */
export const GRAIN_SIZE = 256

export function grainTile(...seed: (number | string)[]): Float32Array {
  const random = randomFrom(...seed)
  const raw = new Float32Array(GRAIN_SIZE * GRAIN_SIZE)
  for (let index = 0; index < raw.length; index++) {
    raw[index] = random.next() + random.next() + random.next() - 1.5
  }
  const tile = new Float32Array(raw.length)
  const mask = GRAIN_SIZE - 1
  for (let y = 0; y < GRAIN_SIZE; y++) {
    for (let x = 0; x < GRAIN_SIZE; x++) {
      const sides =
        raw[y * GRAIN_SIZE + ((x + 1) & mask)] +
        raw[y * GRAIN_SIZE + ((x - 1) & mask)] +
        raw[((y + 1) & mask) * GRAIN_SIZE + x] +
        raw[((y - 1) & mask) * GRAIN_SIZE + x]
      tile[y * GRAIN_SIZE + x] = (raw[y * GRAIN_SIZE + x] + 0.5 * sides) * 1.41
    }
  }
  return tile
}

/** 65,536 draws of the standard normal distribution, the same for every picture. */
let normals: Float32Array | undefined

export function normalTable(): Float32Array {
  if (normals) return normals
  const random = randomFrom('sensor')
  const table = new Float32Array(65_536)
  for (let index = 0; index < table.length; index++) table[index] = random.normal(0, 1)
  normals = table
  return table
}
