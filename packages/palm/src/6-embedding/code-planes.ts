import { ANGLE_STEPS, cellAt, FIELD_SIDE, NO_LINE, type Pose } from './line-field.ts'

/** Side of an orientation code, cells: one 32-bit word a row. */
export const CODE_SIDE = 32
/** Bit planes of the angle, then one of validity. */
export const PLANES = 3
export const MASK = PLANES
/** Words of one code: 3 planes and the mask, 32 rows each, 512 bytes. */
export const CODE_WORDS = (PLANES + 1) * CODE_SIDE

/**
 * Plane bits of every angle. Bit k tells on which side of an axis the doubled angle lies, axes 60° apart: the number of
 * differing bits then grows with the angle between two lines, as in CompCode, but turns by any angle, not by sixths.
 */
const BITS = Uint8Array.from({ length: 256 }, (_, a) => {
  if (a >= ANGLE_STEPS) return 0
  let bits = 0
  for (let k = 0; k < PLANES; k++) {
    if (Math.cos((2 * Math.PI * a) / ANGLE_STEPS - (Math.PI * (k + 0.5)) / PLANES) > 0) bits |= 1 << k
  }
  return bits
})

const known = new WeakMap<Pose, Int16Array>()

/** The field cell behind every code cell of a pose, or −1; remembered as long as the pose lives: all trigonometry is here. */
function cellsOf(pose: Pose): Int16Array {
  const before = known.get(pose)
  if (before) return before
  const step = FIELD_SIDE / CODE_SIDE
  const middle = (cell: number) => (cell + 0.5) * step - FIELD_SIDE / 2
  const cells = Int16Array.from({ length: CODE_SIDE * CODE_SIDE }, (_, i) =>
    cellAt(pose, middle(i % CODE_SIDE), middle(Math.floor(i / CODE_SIDE))),
  )
  known.set(pose, cells)
  return cells
}

/** The code of a field under a pose: word `plane * 32 + row`, bit `column`; cells without a line are not in the mask. */
export function planesOf(angle: Uint8Array, pose: Pose): Int32Array {
  const words = new Int32Array(CODE_WORDS)
  const turn = Math.round((pose.turnRad / Math.PI) * ANGLE_STEPS)
  const cells = cellsOf(pose)
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]
    if (cell < 0 || angle[cell] === NO_LINE) continue
    const bits = BITS[(angle[cell] - turn + ANGLE_STEPS) % ANGLE_STEPS]
    const row = i >> 5
    const column = i & (CODE_SIDE - 1)
    for (let k = 0; k < PLANES; k++) words[k * CODE_SIDE + row] |= ((bits >> k) & 1) << column
    words[MASK * CODE_SIDE + row] |= 1 << column
  }
  return words
}

/** Number of one-bits of a 32-bit word. */
export function popcount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Bits of each of the four bytes of a word, left in place. */
export function popcountBytes(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return (v + (v >>> 4)) & 0x0f0f0f0f
}
