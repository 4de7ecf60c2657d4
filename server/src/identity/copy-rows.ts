import pg from 'pg'

/** What starts a binary copy: eleven fixed bytes, flags and the length of an extension that we never ask for. */
const HEADER_BYTES = 19
/** Number of fields, before each row; −1 ends the copy. */
const TRAILER = -1

type CopyData = { chunk: Buffer }

/** `copy … to stdout (format binary)`: rows as they come, without the detour over text that bytes otherwise take. */
class BinaryCopy extends pg.Query {
  readonly #onRow: (row: Buffer) => void
  #isFirst = true

  constructor(text: string, onRow: (row: Buffer) => void) {
    super(text)
    this.#onRow = onRow
  }

  /** Called by the driver with each row, whole; its bytes are only lent. */
  handleCopyData({ chunk }: CopyData): void {
    const row = this.#isFirst ? chunk.subarray(HEADER_BYTES) : chunk
    this.#isFirst = false
    if (row.length >= 2 && row.readInt16BE(0) !== TRAILER) this.#onRow(row)
  }
}

/** Runs `copy (select) to stdout`. `onRow` is lent each row in PostgreSQL's binary form: what it keeps, it copies. */
export function copyRows(client: pg.Client, select: string, onRow: (row: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const copy = new BinaryCopy(`copy (${select}) to stdout (format binary)`, onRow)
    copy.on('end', () => resolve())
    copy.on('error', reject)
    client.query(copy)
  })
}

/** Reads rows in that form, one after the other. Throws RangeError when they end in the middle. */
export function* fieldsOfRows(bytes: Buffer): Generator<Buffer[]> {
  let at = 0
  while (at < bytes.length) {
    const fields: Buffer[] = []
    let rest = bytes.readInt16BE(at)
    at += 2
    for (; rest > 0; rest--) {
      const length = bytes.readInt32BE(at)
      if (length < 0 || at + 4 + length > bytes.length) throw new RangeError('a row that was copied has a hole')
      fields.push(bytes.subarray(at + 4, at + 4 + length))
      at += 4 + length
    }
    yield fields
  }
}
