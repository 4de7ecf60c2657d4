import type { RowProblem, ShopFileColumn } from '@paume/contract'
import { MOST_ROLLOUT_ROWS } from '@paume/contract'
import { plain } from '../plain.ts'
import { readHeadings } from './headings.ts'
import { readRow } from './read-row.ts'
import { openTable, UnreadableFile } from './table.ts'
import type { Defaults, ReadRow, WantedShop } from './wanted.ts'

/** What the file is, once its first row is read. */
export type FileHead = { encoding: string | null; separator: string | null; ignored: string[] }

/** What tells a shop from others of the same list: its number, or else its name and town. */
export const shopKey = ({ number, name = '', town = '' }: Pick<WantedShop, 'number' | 'name' | 'town'>): string =>
  number === undefined ? `name ${plain(name)} ${plain(town)}` : `number ${number.toLowerCase()}`

const tidy = (text: string) =>
  text
    .normalize('NFC')
    .replace(/[\s\u00a0]+/g, ' ')
    .trim()

/**
 * Reads a list of shops, row by row. Rows that hold nothing are left out; the row of names is row 1.
 *
 * @throws UnreadableFile when it is no list of shops
 */
export async function* readFile(
  bytes: Uint8Array,
  defaults: Defaults,
  onHead: (head: FileHead) => void,
): AsyncGenerator<ReadRow> {
  const { rows, encoding, separator } = await openTable(bytes)
  let columns: Map<ShopFileColumn, number> | null = null
  let widest = 0
  let [at, read] = [0, 0]
  const first = new Map<string, number>()
  for await (const cells of rows) {
    at += 1
    if (cells.every((cell) => tidy(cell) === '')) continue
    if (columns === null) {
      const headings = readHeadings(cells)
      if (headings.kind === 'column_twice') throw new UnreadableFile('column_twice', headings.heading)
      if (headings.kind === 'name_column_missing') throw new UnreadableFile('name_column_missing')
      columns = headings.columns
      widest = cells.length
      onHead({ encoding, separator, ignored: headings.ignored })
      continue
    }
    if (++read > MOST_ROLLOUT_ROWS) throw new UnreadableFile('too_many_rows', String(MOST_ROLLOUT_ROWS))
    const known = columns
    const row = readRow(at, (column) => tidy(cells[known.get(column) ?? -1] ?? ''), defaults)
    if (cells.slice(widest).some((cell) => tidy(cell) !== '')) {
      row.problems.push({ column: null, code: 'columns_too_many', hint: String(widest) })
    }
    const double = doubleOf(row, first)
    if (double !== null) row.problems.push(double)
    yield row
  }
  if (columns === null || read === 0) throw new UnreadableFile('empty')
}

function doubleOf({ row, wanted }: ReadRow, first: Map<string, number>): RowProblem | null {
  if (wanted.number === undefined && wanted.name === undefined) return null
  const key = shopKey(wanted)
  const earlier = first.get(key)
  if (earlier === undefined) {
    first.set(key, row)
    return null
  }
  const column = wanted.number === undefined ? 'name' : 'number'
  return {
    column,
    code: 'duplicate_in_file',
    value: (wanted.number ?? wanted.name ?? '').slice(0, 60),
    hint: String(earlier),
  }
}
