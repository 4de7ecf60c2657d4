/** A cell: numbers as they are, text quoted where it must be. */
type Cell = string | number | bigint | null

/** Text that a spreadsheet would take for a formula is shown as text. Amounts are written by us and are numbers. */
const NUMBER = /^-?\d+(\.\d+)?$/

function cellOf(value: Cell): string {
  if (value === null) return ''
  const text = String(value)
  const safe = /^[=+\-@\t\r]/.test(text) && !NUMBER.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** RFC 4180: a line of names, then the rows, CRLF after each. */
export const csvOf = (names: string[], rows: Cell[][]): string =>
  [names, ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('')
