import { encode } from 'uqr'
import type { Pdf } from '../../pdf.ts'

/** Modules of white around a code, without which cameras do not find it (ISO/IEC 18004). */
const QUIET = 4

/** Draws a QR code into a square of this width, its quiet zone included. */
export function drawQr(pdf: Pdf, text: string, at: { x: number; y: number; widthPt: number }): void {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET })
  const side = at.widthPt / size
  pdf.save()
  pdf.rect(at.x, at.y, at.widthPt, at.widthPt).fill('#ffffff')
  for (const [row, modules] of data.entries()) {
    // Runs of black in one go: a hair of white between two modules would show in print.
    for (let from = 0; from < size; from++) {
      if (!modules[from]) continue
      let to = from
      while (modules[to + 1]) to += 1
      pdf.rect(at.x + from * side, at.y + row * side, (to - from + 1) * side, side + 0.05)
      from = to
    }
  }
  pdf.fill('#000000').restore()
}
