import { CODE_WORDS } from '../6-embedding/code-planes.ts'
import { EMBEDDING_DIMS } from '../6-embedding/embedding.ts'
import { NIR_DIMS } from '../6-embedding/nir-embedding.ts'
import type { ProtectedTemplate } from '../7-protection/template.ts'

/** Rows added at a time; growing costs nothing but address space until it is used. Small galleries grow in small steps. */
const GROWTH_ROWS = 4096
const SMALL_GROWTH_ROWS = 512
/**
 * Vectors lie in parts of so many rows, each in memory of its own. usearch notes the distance of every row of a call before it takes the
 * nearest: of three million these are 48 MB, which the system hands out and wipes anew each time, a quarter of the search.
 */
export const ROWS_A_PART = 131_072
/** Bytes of one orientation code. */
const CODE_BYTES = CODE_WORDS * 4

/** The memory a search reads: one row a template, dense, without gaps. Shared with the search thread. */
export type SharedRows = {
  /** By parts of `ROWS_A_PART`: row r lies in part ⌊r / ROWS_A_PART⌋. A part is there once a row lies in it. */
  readonly vectors: SharedArrayBuffer[]
  readonly codes: SharedArrayBuffer
  /** Serial number of the palm each row belongs to. */
  readonly owners: SharedArrayBuffer
  /** Ring through the rows of one palm: the row after this one. */
  readonly next: SharedArrayBuffer
  /** Near-infrared vectors, all zeroes where a template has none. Without any room until the first template that has one. */
  readonly nir: SharedArrayBuffer
}

const growable = (bytesARow: number, rows: number) => new SharedArrayBuffer(0, { maxByteLength: rows * bytesARow })

/** How many of the first `rows` rows lie in a part. */
export const rowsOfPart = (part: number, rows: number) => Math.max(0, Math.min(ROWS_A_PART, rows - part * ROWS_A_PART))

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
  /** Any row of each palm; the ring leads to the others. */
  readonly #rowOf = new Map<number, number>()
  #mostPerPalm = 0
  /** Views that grow with their buffers: making them for every template would cost more than writing it. */
  readonly #vectors: Int8Array[] = []
  readonly #codes: Uint8Array
  readonly #owners: Uint32Array
  readonly #next: Uint32Array
  readonly #nir: Int8Array

  constructor(capacityTemplates: number) {
    this.#capacity = capacityTemplates
    this.shared = {
      vectors: [],
      codes: growable(CODE_BYTES, capacityTemplates),
      owners: growable(4, capacityTemplates),
      next: growable(4, capacityTemplates),
      nir: growable(NIR_DIMS, capacityTemplates),
    }
    this.#codes = new Uint8Array(this.shared.codes)
    this.#owners = new Uint32Array(this.shared.owners)
    this.#next = new Uint32Array(this.shared.next)
    this.#nir = new Int8Array(this.shared.nir)
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
    const first = this.#rows
    this.#reserve(first + templates.length)
    if (templates.some(({ nir }) => nir !== undefined)) this.#makeRoomForNir()
    templates.forEach(({ embedding, code, nir }, i) => {
      const row = first + i
      if (nir !== undefined) this.#nir.set(nir.vector, row * NIR_DIMS)
      this.#vectors[Math.floor(row / ROWS_A_PART)].set(embedding, (row % ROWS_A_PART) * EMBEDDING_DIMS)
      this.#codes.set(code, row * CODE_BYTES)
      this.#owners[row] = serial
      this.#next[row] = i + 1 < templates.length ? row + 1 : first
    })
    this.#rows += templates.length
    this.#rowOf.set(serial, first)
    this.#mostPerPalm = Math.max(this.#mostPerPalm, templates.length)
  }

  /** Any row of a palm, or null when nothing of it lies here. */
  rowOf(serial: number): number | null {
    return this.#rowOf.get(serial) ?? null
  }

  /** Wipes the rows of a palm; the last rows move into the gaps. */
  remove(serial: number): void {
    const first = this.#rowOf.get(serial)
    if (first === undefined) throw new Error('a palm without rows was to be removed')
    this.#rowOf.delete(serial)
    for (const row of this.#ring(first).sort((a, b) => b - a)) {
      const last = --this.#rows
      if (row !== last) this.#move(last, row)
      this.#vectorOf(last).fill(0)
      this.#codes.fill(0, last * CODE_BYTES, (last + 1) * CODE_BYTES)
      this.#owners[last] = 0
      this.#nir.fill(0, last * NIR_DIMS, (last + 1) * NIR_DIMS)
    }
  }

  #vectorOf(row: number): Int8Array {
    const at = (row % ROWS_A_PART) * EMBEDDING_DIMS
    return this.#vectors[Math.floor(row / ROWS_A_PART)].subarray(at, at + EMBEDDING_DIMS)
  }

  /** All rows of the palm that `first` belongs to. */
  #ring(first: number): number[] {
    const rows = [first]
    for (let row = this.#next[first]; row !== first; row = this.#next[row]) rows.push(row)
    return rows
  }

  #move(from: number, to: number): void {
    const owner = this.#owners[from]
    const ring = this.#ring(from)
    this.#vectorOf(to).set(this.#vectorOf(from))
    this.#codes.copyWithin(to * CODE_BYTES, from * CODE_BYTES, (from + 1) * CODE_BYTES)
    this.#nir.copyWithin(to * NIR_DIMS, from * NIR_DIMS, (from + 1) * NIR_DIMS)
    this.#owners[to] = owner
    this.#next[to] = ring.length === 1 ? to : this.#next[from]
    if (ring.length > 1) this.#next[ring[ring.length - 1]] = to
    if (this.#rowOf.get(owner) === from) this.#rowOf.set(owner, to)
  }

  #reserve(rows: number): void {
    if (rows > this.#capacity) throw new GalleryFull(this.#capacity)
    if (rows <= this.#allocated) return
    const step = rows < GROWTH_ROWS ? SMALL_GROWTH_ROWS : GROWTH_ROWS
    this.#allocated = Math.min(this.#capacity, Math.ceil(rows / step) * step)
    for (let part = 0; part * ROWS_A_PART < this.#allocated; part++) this.#makeRoomInPart(part)
    this.shared.codes.grow(this.#allocated * CODE_BYTES)
    this.shared.owners.grow(this.#allocated * 4)
    this.shared.next.grow(this.#allocated * 4)
    if (this.#nir.length > 0) this.#makeRoomForNir()
  }

  #makeRoomInPart(part: number): void {
    const { vectors } = this.shared
    if (part === vectors.length) {
      vectors.push(growable(EMBEDDING_DIMS, rowsOfPart(part, this.#capacity)))
      this.#vectors.push(new Int8Array(vectors[part]))
    }
    const bytes = rowsOfPart(part, this.#allocated) * EMBEDDING_DIMS
    if (bytes > vectors[part].byteLength) vectors[part].grow(bytes)
  }

  /** As much as the other rows have; where no device takes near infrared, it stays nothing. */
  #makeRoomForNir(): void {
    this.shared.nir.grow(this.#allocated * NIR_DIMS)
  }
}
