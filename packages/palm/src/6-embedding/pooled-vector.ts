import type { Region } from '../3-region/region.ts'
import { EMBEDDING_DIMS, type Embedder, type Embedding } from './embedding.ts'
import { ANGLE_STEPS, cellAt, FIELD_SIDE, lineFieldOf, NO_LINE, type Pose } from './line-field.ts'

/** Windows a side: 11 × 11 × (cos 2θ, sin 2θ) fill 242 of the 256 places, the others stay zero. */
const WINDOWS = 11
/** Spread of a window, field cells. */
const SPREAD = (0.6 * FIELD_SIDE) / WINDOWS
/** int8 per unit of length: an entry of a unit vector of 242 is about 0.064, so a typical entry is 26 of 127. */
const QUANTUM = 400

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

/** To unit length, then int8. An all-zero vector stays zero: it is similar to nothing. */
export function quantised(values: Float32Array): Int8Array {
  let square = 0
  for (const value of values) square += value * value
  const factor = square > 0 ? QUANTUM / Math.sqrt(square) : 0
  return Int8Array.from(values, (value) => Math.max(-127, Math.min(127, Math.round(value * factor))))
}

function vectorOf(angle: Uint8Array, pose: Pose): Embedding {
  const cos = new Float32Array(FIELD_SIDE * FIELD_SIDE)
  const sin = new Float32Array(FIELD_SIDE * FIELD_SIDE)
  const turn = Math.round((pose.turnRad / Math.PI) * ANGLE_STEPS)
  for (let y = 0, i = 0; y < FIELD_SIDE; y++) {
    for (let x = 0; x < FIELD_SIDE; x++, i++) {
      const cell = cellAt(pose, x + 0.5 - FIELD_SIDE / 2, y + 0.5 - FIELD_SIDE / 2)
      if (cell < 0 || angle[cell] === NO_LINE) continue
      const turned = (angle[cell] - turn + ANGLE_STEPS) % ANGLE_STEPS
      cos[i] = COS[turned]
      sin[i] = SIN[turned]
    }
  }
  const values = new Float32Array(EMBEDDING_DIMS)
  pooled(cos, values, 0)
  pooled(sin, values, WINDOWS * WINDOWS)
  return quantised(values) as Embedding
}

const UPRIGHT: Pose = { turnRad: 0, scale: 1, rightCells: 0, downCells: 0 }
/** The region wanders by up to 8–9% of its side between views: 6 of 64 cells. */
const SHIFT_CELLS = 6
const SHIFTED: readonly Pose[] = [
  { ...UPRIGHT, rightCells: SHIFT_CELLS },
  { ...UPRIGHT, rightCells: -SHIFT_CELLS },
  { ...UPRIGHT, downCells: SHIFT_CELLS },
  { ...UPRIGHT, downCells: -SHIFT_CELLS },
]

/**
 * The training-free embedder: directions of the palm's lines as doubled angles (so that 179° and 1° are alike), every
 * cell with equal weight, pooled under 11 × 11 soft windows. Nothing in it was learnt from anybody's palm.
 */
export const pooledVector: Embedder = {
  name: 'pool11-1',
  dims: EMBEDDING_DIMS,
  embed: (region: Region) => vectorOf(lineFieldOf(region).angle, UPRIGHT),
  embedShifted: (region: Region) => SHIFTED.map((pose) => vectorOf(lineFieldOf(region).angle, pose)),
}
