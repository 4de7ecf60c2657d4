import { MODEL, type OrientationCode, type OrientationField } from '@paume/palm'
import { COMPCODES, type CompCodeName, compCodeRows } from './compcode.ts'

/** What a thread needs to compare all pictures: plain data, shared between threads. */
export type Comparison =
  /** Our orientation code: field and code of every picture, one after the other. */
  | { readonly kind: 'line'; readonly pictures: number; readonly fields: Uint8Array; readonly codes: Uint8Array }
  /** A competitive code: grey of every region, 0…1. */
  | { readonly kind: CompCodeName; readonly pictures: number; readonly grey: Float32Array }

/** Writes the similarities of picture `a` to all earlier ones. */
export type RowComparer = (a: number, into: Float32Array) => void

export function rowComparer(comparison: Comparison): RowComparer {
  if (comparison.kind !== 'line') {
    return compCodeRows(comparison.grey, comparison.pictures, COMPCODES[comparison.kind])
  }
  const { coder } = MODEL
  const { fields, codes } = comparison
  return (a, into) => {
    const field = fields.slice(a * coder.fieldBytes, (a + 1) * coder.fieldBytes) as OrientationField
    const probe = coder.prepare(field)
    for (let b = 0; b < a; b++) {
      into[b] = coder.compare(probe, codes.subarray(b * coder.codeBytes, (b + 1) * coder.codeBytes) as OrientationCode)
    }
  }
}
