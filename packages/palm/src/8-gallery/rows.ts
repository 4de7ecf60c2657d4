import { CODE_WORDS } from '../6-embedding/code-planes.ts'
import { EMBEDDING_DIMS } from '../6-embedding/embedding.ts'
import { wordsOf } from '../6-embedding/line-coder.ts'
import type { ProtectedTemplate } from '../7-protection/template.ts'

/** Rows added at a time; growing costs nothing but address space until it is used. */
const GROWTH_ROWS = 4096

/** The memory a search reads: one row a template, dense, without gaps. Shared with the search thread. */
export type SharedRows = {
  readonly vectors: SharedArrayBuffer
  readonly codes: SharedArrayBuffer
  /** Serial number of the palm each row belongs to. */
  readonly owners: SharedArrayBuffer
  /** Ring through the rows of one palm: the row after this one. */
  readonly next: SharedArrayBuffer
}

/** The gallery is full: `capacityTemplates` was reached. */
export class GalleryFull extends Error {
  readonly code = 'gallery_full'
  constructor(capacity: number) {
    super(`The gallery holds at most ${capacity} templates.`)
    this.name = 'GalleryFull'
  }
}

/**
 * Templates in shared memory. Written by the event loop only, and only while no search runs: the search thread never
 * sees a row half written or moved.
 */
export class TemplateRows {
  readonly shared: SharedRows
  readonly #capacity: number
  #allocated = 0
  #rows = 0
  readonly #rowsOf = new Map<number, number[]>()
  #mostPerPalm = 0

  constructor(capacityTemplates: number) {
    this.#capacity = capacityTemplates
    const growable = (bytesARow: number) => new SharedArrayBuffer(0, { maxByteLength: capacityTemplates * bytesARow })
    this.shared = {
      vectors: growable(EMBEDDING_DIMS),
      codes: growable(CODE_WORDS * 4),
      owners: growable(4),
      next: growable(4),
    }
  }

  get rows(): number {
    return this.#rows
  }

  /** Most templates any palm ever had: a shortlist of n palms needs n times as many rows to be exact. */
  get mostPerPalm(): number {
    return this.#mostPerPalm
  }

  /** Writes the templates of a palm under a new serial number. */
  add(serial: number, templates: readonly ProtectedTemplate[]): void {
    this.#reserve(this.#rows + templates.length)
    const rows = templates.map((template) => {
      const row = this.#rows++
      new Int8Array(this.shared.vectors, row * EMBEDDING_DIMS, EMBEDDING_DIMS).set(template.embedding)
      new Int32Array(this.shared.codes, row * CODE_WORDS * 4, CODE_WORDS).set(wordsOf(template.code))
      new Uint32Array(this.shared.owners)[row] = serial
      return row
    })
    this.#rowsOf.set(serial, rows)
    this.#mostPerPalm = Math.max(this.#mostPerPalm, rows.length)
    this.#ring(rows)
  }

  /** Wipes the rows of a palm; the last rows move into the gaps. */
  remove(serial: number): void {
    const gone = this.#rowsOf.get(serial)
    if (!gone) throw new Error('a palm without rows was to be removed')
    this.#rowsOf.delete(serial)
    for (const row of gone.toSorted((a, b) => b - a)) {
      const last = --this.#rows
      if (row !== last) this.#move(last, row)
      new Int8Array(this.shared.vectors, last * EMBEDDING_DIMS, EMBEDDING_DIMS).fill(0)
      new Int32Array(this.shared.codes, last * CODE_WORDS * 4, CODE_WORDS).fill(0)
      new Uint32Array(this.shared.owners)[last] = 0
    }
  }

  #move(from: number, to: number): void {
    const vectors = new Int8Array(this.shared.vectors)
    vectors.copyWithin(to * EMBEDDING_DIMS, from * EMBEDDING_DIMS, (from + 1) * EMBEDDING_DIMS)
    const codes = new Int32Array(this.shared.codes)
    codes.copyWithin(to * CODE_WORDS, from * CODE_WORDS, (from + 1) * CODE_WORDS)
    const owners = new Uint32Array(this.shared.owners)
    owners[to] = owners[from]
    const rows = this.#rowsOf.get(owners[to])
    if (!rows) throw new Error('a row without an owner was to be moved')
    rows[rows.indexOf(from)] = to
    this.#ring(rows)
  }

  #ring(rows: readonly number[]): void {
    const next = new Uint32Array(this.shared.next)
    rows.forEach((row, i) => {
      next[row] = rows[(i + 1) % rows.length]
    })
  }

  #reserve(rows: number): void {
    if (rows > this.#capacity) throw new GalleryFull(this.#capacity)
    if (rows <= this.#allocated) return
    this.#allocated = Math.min(this.#capacity, Math.ceil(rows / GROWTH_ROWS) * GROWTH_ROWS)
    this.shared.vectors.grow(this.#allocated * EMBEDDING_DIMS)
    this.shared.codes.grow(this.#allocated * CODE_WORDS * 4)
    this.shared.owners.grow(this.#allocated * 4)
    this.shared.next.grow(this.#allocated * 4)
  }
}
