import type { Pdf } from '../pdf.ts'

export type PdfColumn = { label: string; widthPt: number; numeric?: boolean }
/** A cell: text, or a drawing in the box it is given. */
export type PdfCell =
  | string
  | { draw(pdf: Pdf, box: { x: number; y: number; widthPt: number; heightPt: number }): void }

const INK = '#1d1b20'
const SOFT = '#5b5862'
const LINE = '#d5d2da'
const BAND = '#f5f3f7'
const FONT_PT = 8.5
const PADDING_PT = 4
const LEAST_HEIGHT_PT = 17

/** Draws a table from where the document stands on, over as many pages as it needs; its head is on each of them. */
export function drawTable(
  pdf: Pdf,
  columns: readonly PdfColumn[],
  rows: readonly (readonly PdfCell[])[],
  options: { lastIsTotal?: boolean } = {},
): void {
  const left = pdf.page.margins.left
  const widthPt = columns.reduce((sum, column) => sum + column.widthPt, 0)
  const bottom = () => pdf.page.height - pdf.page.margins.bottom
  const textWidth = (column: PdfColumn) => column.widthPt - 2 * PADDING_PT

  const heightOf = (cells: readonly PdfCell[]) =>
    Math.max(
      LEAST_HEIGHT_PT,
      ...cells.map((cell, place) =>
        typeof cell === 'string' ? pdf.heightOfString(cell, { width: textWidth(columns[place]!) }) + 2 * PADDING_PT : 0,
      ),
    )
  const line = (cells: readonly PdfCell[], y: number, heightPt: number) => {
    let x = left
    for (const [place, column] of columns.entries()) {
      const cell = cells[place]!
      if (typeof cell === 'string') {
        const align = column.numeric ? 'right' : 'left'
        pdf.text(cell, x + PADDING_PT, y + PADDING_PT, { width: textWidth(column), align })
      } else cell.draw(pdf, { x: x + PADDING_PT, y, widthPt: textWidth(column), heightPt })
      x += column.widthPt
    }
  }
  const head = () => {
    pdf.font('bold').fontSize(FONT_PT).fillColor(SOFT)
    const labels = columns.map(({ label }) => label)
    const heightPt = heightOf(labels)
    const y = pdf.y
    line(labels, y, heightPt)
    pdf
      .moveTo(left, y + heightPt)
      .lineTo(left + widthPt, y + heightPt)
      .lineWidth(0.8)
      .strokeColor(SOFT)
      .stroke()
    pdf.y = y + heightPt
  }
  head()
  for (const [place, cells] of rows.entries()) {
    const isTotal = options.lastIsTotal === true && place === rows.length - 1
    pdf.font(isTotal ? 'bold' : 'regular').fontSize(FONT_PT)
    const heightPt = heightOf(cells)
    if (pdf.y + heightPt > bottom()) {
      pdf.addPage()
      head()
      pdf.font(isTotal ? 'bold' : 'regular').fontSize(FONT_PT)
    }
    const y = pdf.y
    if (place % 2 === 1) pdf.rect(left, y, widthPt, heightPt).fill(BAND)
    pdf.fillColor(INK)
    line(cells, y, heightPt)
    const colour = isTotal ? SOFT : LINE
    pdf
      .moveTo(left, y + heightPt)
      .lineTo(left + widthPt, y + heightPt)
      .lineWidth(0.4)
      .strokeColor(colour)
      .stroke()
    pdf.y = y + heightPt
  }
  pdf.x = left
  pdf.fillColor(INK)
}
