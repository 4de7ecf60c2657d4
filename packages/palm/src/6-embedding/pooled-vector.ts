import type { Region } from '../3-region/region.ts'
import { EMBEDDING_DIMS, type Embedder, type Embedding } from './embedding.ts'
import { ANGLE_STEPS, FIELD_SIDE, lineFieldOf, NO_LINE } from './line-field.ts'
import { quantised } from './quantised.ts'

/** Windows a side: 11 × 11 × (cos 2θ, sin 2θ) fill 242 of the 256 places, the others stay zero. */
const WINDOWS = 11
/** Spread of a window, field cells. */
const SPREAD = (0.6 * FIELD_SIDE) / WINDOWS

/** weight[w][x]: the windows along one axis. */
const AXIS = Array.from({ length: WINDOWS }, (_, w) => {
  const middle = ((w + 0.5) / WINDOWS) * FIELD_SIDE
  return Float32Array.from({ length: FIELD_SIDE }, (_, x) => Math.exp(-(((x + 0.5 - middle) / SPREAD) ** 2) / 2))
})
const COS = Float32Array.from({ length: 256 }, (_, a) =>
  a >= ANGLE_STEPS ? 0 : Math.cos((2 * Math.PI * a) / ANGLE_STEPS),
)
const SIN = Float32Array.from({ length: 256 }, (_, a) =>
  a >= ANGLE_STEPS ? 0 : Math.sin((2 * Math.PI * a) / ANGLE_STEPS),
)

/** Pools one channel (64 × 64) into 11 × 11 windows, rows first. */
function pooled(channel: Float32Array, out: Float32Array, first: number): void {
  const across = new Float32Array(FIELD_SIDE * WINDOWS)
  for (let y = 0; y < FIELD_SIDE; y++) {
    for (let w = 0; w < WINDOWS; w++) {
      const weights = AXIS[w]
      let sum = 0
      for (let x = 0; x < FIELD_SIDE; x++) sum += channel[y * FIELD_SIDE + x] * weights[x]
      across[y * WINDOWS + w] = sum
    }
  }
  for (let v = 0; v < WINDOWS; v++) {
    const weights = AXIS[v]
    for (let w = 0; w < WINDOWS; w++) {
      let sum = 0
      for (let y = 0; y < FIELD_SIDE; y++) sum += across[y * WINDOWS + w] * weights[y]
      out[first + v * WINDOWS + w] = sum
    }
  }
}

/** The vector of one region, at once: what `pooledVector` answers. */
export function pooledVectorOf(region: Region): Embedding {
  const { angle } = lineFieldOf(region)
  const cos = new Float32Array(FIELD_SIDE * FIELD_SIDE)
  const sin = new Float32Array(FIELD_SIDE * FIELD_SIDE)
  for (let cell = 0; cell < angle.length; cell++) {
    if (angle[cell] === NO_LINE) continue
    cos[cell] = COS[angle[cell]]
    sin[cell] = SIN[angle[cell]]
  }
  const values = new Float32Array(EMBEDDING_DIMS)
  pooled(cos, values, 0)
  pooled(sin, values, WINDOWS * WINDOWS)
  return quantised(values) as Embedding
}

/**
 * The training-free embedder: directions of the palm's lines as doubled angles (so that 179° and 1° are alike), every
 * cell with equal weight, pooled under 11 × 11 soft windows. Nothing in it was learnt from anybody's palm.
 */
export const pooledVector: Embedder = {
  name: 'pool11-1',
  dims: EMBEDDING_DIMS,
  embed: async (regions) => regions.map(pooledVectorOf),
}
