import type { Region } from '../3-region/region.ts'
import { type PosedProbe, posedProbe, similarityOf } from './code-comparison.ts'
import { CODE_WORDS, planesOf } from './code-planes.ts'
import type { Coder, OrientationCode, OrientationField, PreparedProbe } from './embedding.ts'
import { FIELD_SIDE, lineFieldOf } from './line-field.ts'

const CODE_BYTES = CODE_WORDS * 4
const FIELD_BYTES = FIELD_SIDE * FIELD_SIDE
const UPRIGHT = { turnRad: 0, scale: 1, rightCells: 0, downCells: 0 }

/** Words of a code, copied only where its bytes are not aligned. Codes are little-endian, as are all machines we run on. */
export function wordsOf(code: OrientationCode): Int32Array {
  if (code.length !== CODE_BYTES)
    throw new RangeError(`an orientation code has ${CODE_BYTES} bytes, not ${code.length}`)
  if (code.byteOffset % 4 === 0) return new Int32Array(code.buffer, code.byteOffset, CODE_WORDS)
  return new Int32Array(code.slice().buffer)
}

/**
 * The training-free coder, after the competitive code of Kong and Zhang (2004): the direction of the darkest line at
 * 32 × 32 cells, as three bit planes. Comparing searches ±7 cells, ±12° and ±8% and lets 16 blocks slip by a cell.
 */
export const lineCoder: Coder = {
  name: 'line3x32-1',
  codeBytes: CODE_BYTES,
  fieldBytes: FIELD_BYTES,
  code: (region: Region) => new Uint8Array(planesOf(lineFieldOf(region).angle, UPRIGHT).buffer) as OrientationCode,
  field: (region: Region) => lineFieldOf(region).angle.slice() as OrientationField,
  prepare(field) {
    if (field.length !== FIELD_BYTES) throw new RangeError(`an orientation field has ${FIELD_BYTES} bytes`)
    return posedProbe(field) as unknown as PreparedProbe
  },
  compare: (probe, enrolled) => similarityOf(probe as unknown as PosedProbe, wordsOf(enrolled)),
}
