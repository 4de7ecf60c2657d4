import type { FileProblem } from '@paume/contract'
import { MOST_ROLLOUT_ROWS } from '@paume/contract'
import { type CsvError, parse } from 'csv-parse'
import { parse as parseNow } from 'csv-parse/sync'
import readWorkbook from 'read-excel-file/node'
import { decodeText } from './decode.ts'
import { countKnown } from './headings.ts'

/** A file that cannot be read at all. */
export class UnreadableFile extends Error {
  readonly code: FileProblem
  readonly hint: string | null
  constructor(code: FileProblem, hint: string | null = null, options?: ErrorOptions) {
    super(code, options)
    this.code = code
    this.hint = hint
  }
}

export type Table = {
  encoding: string | null
  separator: string | null
  rows: AsyncIterable<string[]> | Iterable<string[]>
}

const SEPARATORS = [',', ';', '\t', '|']
/** Unpacked, a workbook may have so many bytes: a small one can hold endless zeros. */
const MOST_UNPACKED_BYTES = 300_000_000

const startsWith = (bytes: Uint8Array, ...start: number[]) => start.every((byte, at) => bytes[at] === byte)

/** Opens a list of shops by what it is, whatever its name says. Throws `UnreadableFile`. */
export async function openTable(bytes: Uint8Array): Promise<Table> {
  if (bytes.length === 0) throw new UnreadableFile('empty')
  if (startsWith(bytes, 0x50, 0x4b, 0x03, 0x04)) return openWorkbook(bytes)
  // A compound file: an old .xls, or a workbook under a password.
  if (startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0)) throw new UnreadableFile('workbook_locked')
  const decoded = decodeText(bytes)
  if (decoded.kind === 'encoding') throw new UnreadableFile('encoding')
  const { text, encoding } = decoded
  const { separator, start } = separatorOf(text)
  return { encoding, separator, rows: rowsOf(text.slice(start), separator) }
}

/** The separator under which most headings mean something; Excel's own line `sep=;` counts more than any guess. */
function separatorOf(text: string): { separator: string; start: number } {
  const said = /^\ufeff?sep=([,;\t|])\r?\n/.exec(text)
  if (said) return { separator: said[1]!, start: said[0].length }
  const head = text.slice(0, 20_000)
  const found = SEPARATORS.map((separator) => {
    const cells = firstRow(head, separator)
    return { separator, known: countKnown(cells), count: cells.length }
  }).sort((one, other) => other.known - one.known || other.count - one.count)
  return { separator: found[0]!.separator, start: 0 }
}

function firstRow(head: string, delimiter: string): string[] {
  try {
    const options = { delimiter, bom: true, to: 1, relax_column_count: true, relax_quotes: true } as const
    return (parseNow(head, options) as string[][])[0] ?? []
  } catch {
    return []
  }
}

async function* rowsOf(text: string, delimiter: string): AsyncIterable<string[]> {
  const parser = parse(text, { delimiter, bom: true, relax_column_count: true, max_record_size: 100_000 })
  try {
    let count = 0
    for await (const row of parser as AsyncIterable<string[]>) {
      // The row of names does not count; a handful of empty ones at the end does no harm.
      if (++count > MOST_ROLLOUT_ROWS * 1.1 + 1) throw new UnreadableFile('too_many_rows')
      yield row
    }
  } catch (error) {
    if (error instanceof UnreadableFile) throw error
    const { lines } = error as CsvError & { lines?: number }
    throw new UnreadableFile('not_a_table', lines === undefined ? null : String(lines), { cause: error })
  }
}

async function openWorkbook(bytes: Uint8Array): Promise<Table> {
  const unpacked = unpackedBytes(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  if (unpacked === null) throw new UnreadableFile('workbook_broken')
  if (unpacked > MOST_UNPACKED_BYTES) throw new UnreadableFile('workbook_too_large')
  let sheets: { sheet: string; data: unknown[][] }[]
  try {
    sheets = (await readWorkbook(Buffer.from(bytes))) as unknown as typeof sheets
  } catch (cause) {
    throw new UnreadableFile('workbook_broken', null, { cause })
  }
  const rows = sheets.map(({ data }) => data.map((row) => row.map(cellText)))
  // Lists often lie behind a cover sheet: the one whose headings mean most is it.
  const best = rows.sort((one, other) => countKnown(other[0] ?? []) - countKnown(one[0] ?? []))[0] ?? []
  if (best.length === 0) throw new UnreadableFile('empty')
  if (best.length > MOST_ROLLOUT_ROWS * 1.1 + 1) throw new UnreadableFile('too_many_rows')
  return { encoding: null, separator: null, rows: best }
}

const cellText = (cell: unknown): string =>
  cell === null || cell === undefined ? '' : cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell)

/** The sum of the sizes in a zip file's directory (APPNOTE 4.3.12, 4.3.16); null: there is none. Readers hold files to these sizes. */
function unpackedBytes(zip: Buffer): number | null {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0 || end + 22 > zip.length) return null
  let at = zip.readUInt32LE(end + 16)
  const entries = zip.readUInt16LE(end + 10)
  let sum = 0
  for (let entry = 0; entry < entries; entry++) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== 0x02014b50) return null
    sum += zip.readUInt32LE(at + 24)
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return sum
}
