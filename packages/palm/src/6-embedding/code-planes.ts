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

/** The code of a field under a pose: word `plane * 32 + row`, bit `column`; cells without a line are not in the mask. */
export function planesOf(angle: Uint8Array, pose: Pose): Int32Array {
  const words = new Int32Array(CODE_WORDS)
  const turn = Math.round((pose.turnRad / Math.PI) * ANGLE_STEPS)
  const step = FIELD_SIDE / CODE_SIDE
  for (let row = 0; row < CODE_SIDE; row++) {
    for (let column = 0; column < CODE_SIDE; column++) {
      const x = (column + 0.5) * step - FIELD_SIDE / 2
      const y = (row + 0.5) * step - FIELD_SIDE / 2
      const cell = cellAt(pose, x, y)
      if (cell < 0 || angle[cell] === NO_LINE) continue
      const bits = BITS[(angle[cell] - turn + ANGLE_STEPS) % ANGLE_STEPS]
      const here = 1 << column
      for (let k = 0; k < PLANES; k++) if (bits & (1 << k)) words[k * CODE_SIDE + row] |= here
      words[MASK * CODE_SIDE + row] |= here
    }
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
