import { CODE_SIDE, MASK, PLANES, popcount } from './code-planes.ts'

/** Side of the coarse lattice: every second cell of every second row. Two rows share a word. */
const COARSE_SIDE = 16
const COARSE_ROWS = COARSE_SIDE / 2
/** Words of one coarse entry: planes and mask. */
const ENTRY_WORDS = (PLANES + 1) * COARSE_ROWS
/** Coarse shifts to each side, two code cells each: ±6 cells, ±19% of the palm; refining adds one cell. Landmarks of whole hands need it. */
const REACH = 3
const SHIFTS = 2 * REACH + 1

/** Where a coarse search ended: which pose of the probe, and its shift in code cells. */
export type CoarseHit = { variant: number; right: number; down: number; similarity: number }

/** All poses and shifts of a probe on the coarse lattice, one entry after the other, so that a search only streams. */
export type CoarseTable = {
  readonly words: Int32Array
  /** Similarity of an entry that agrees everywhere; 0 where the overlap is too small to count. */
  readonly full: Float32Array
  /** What each differing bit takes off. */
  readonly perBit: Float32Array
  readonly variants: number
}

/** Brings the even bits of a word together: 16 bits. */
function evenBits(word: number): number {
  let v = word & 0x55555555
  v = (v | (v >>> 1)) & 0x33333333
  v = (v | (v >>> 2)) & 0x0f0f0f0f
  v = (v | (v >>> 4)) & 0x00ff00ff
  return (v | (v >>> 8)) & 0xffff
}

/** Every second cell of all planes: 16 numbers of 16 bits a plane. */
function thinned(code: Int32Array): Uint16Array {
  const rows = new Uint16Array((PLANES + 1) * COARSE_SIDE)
  for (let plane = 0; plane <= PLANES; plane++) {
    for (let row = 0; row < COARSE_SIDE; row++) {
      rows[plane * COARSE_SIDE + row] = evenBits(code[plane * CODE_SIDE + 2 * row])
    }
  }
  return rows
}

/** Packs two rows a word, moved so that cell (row, column) is cell (row − down, column − right) of the source. */
function packed(rows: Uint16Array, right: number, down: number, into: Int32Array, at: number): void {
  for (let plane = 0; plane <= PLANES; plane++) {
    for (let row = 0; row < COARSE_SIDE; row++) {
      const from = row - down
      if (from < 0 || from >= COARSE_SIDE) continue
      const source = rows[plane * COARSE_SIDE + from]
      const bits = (right >= 0 ? source << right : source >>> -right) & 0xffff
      into[at + plane * COARSE_ROWS + (row >> 1)] |= bits << (16 * (row & 1))
    }
  }
}

/** An enrolled code on the coarse lattice. */
export function coarseOf(code: Int32Array): Int32Array {
  const out = new Int32Array(ENTRY_WORDS)
  packed(thinned(code), 0, 0, out, 0)
  return out
}

/** A similarity above chance counts by (part of the lattice it rests on) to this power: little overlap, little weight. */
export const OVERLAP_EXPONENT = 0.3
/** A comparison that rests on less than this part of the lattice does not count. */
export const LEAST_OVERLAP = 0.35

export function coarseTable(codes: readonly Int32Array[]): CoarseTable {
  const entries = codes.length * SHIFTS * SHIFTS
  const words = new Int32Array(entries * ENTRY_WORDS)
  const full = new Float32Array(entries)
  const perBit = new Float32Array(entries)
  let entry = 0
  for (const code of codes) {
    const rows = thinned(code)
    for (let down = -REACH; down <= REACH; down++) {
      for (let right = -REACH; right <= REACH; right++, entry++) {
        const at = entry * ENTRY_WORDS
        packed(rows, right, down, words, at)
        let cells = 0
        for (let i = 0; i < COARSE_ROWS; i++) cells += popcount(words[at + MASK * COARSE_ROWS + i])
        const part = cells / (COARSE_SIDE * COARSE_SIDE)
        if (part < LEAST_OVERLAP) continue
        full[entry] = 0.5 * part ** OVERLAP_EXPONENT
        perBit[entry] = part ** OVERLAP_EXPONENT / (PLANES * cells)
      }
    }
  }
  return { words, full, perBit, variants: codes.length }
}

/** Differing bits of one entry and an enrolled coarse code, at the entry's valid cells. */
function differing(table: Int32Array, at: number, enrolled: Int32Array): number {
  let sum = 0
  for (let i = 0; i < COARSE_ROWS; i++) {
    const mask = table[at + 3 * COARSE_ROWS + i]
    const x = (table[at + i] ^ enrolled[i]) & mask
    const y = (table[at + COARSE_ROWS + i] ^ enrolled[COARSE_ROWS + i]) & mask
    const z = (table[at + 2 * COARSE_ROWS + i] ^ enrolled[2 * COARSE_ROWS + i]) & mask
    const either = x ^ y
    const one = either ^ z
    const two = (x & y) | (either & z)
    let ones = one - ((one >>> 1) & 0x55555555)
    let twos = two - ((two >>> 1) & 0x55555555)
    ones = (ones & 0x33333333) + ((ones >>> 2) & 0x33333333)
    twos = (twos & 0x33333333) + ((twos >>> 2) & 0x33333333)
    // a nibble holds at most 4 + 2·4, a byte of the sum at most 8 · 24
    const both = ones + (twos << 1)
    sum += (both & 0x0f0f0f0f) + ((both >>> 4) & 0x0f0f0f0f)
  }
  const halves = (sum & 0x00ff00ff) + ((sum >>> 8) & 0x00ff00ff)
  return (halves & 0xffff) + (halves >>> 16)
}

/**
 * The best shift of each pose, then the best `keep` poses. Cells where the enrolled code is invalid count as chance
 * here; refining masks them properly.
 */
export function coarseSearch(table: CoarseTable, enrolled: Int32Array, keep: number): CoarseHit[] {
  const hits: CoarseHit[] = []
  let entry = 0
  for (let variant = 0; variant < table.variants; variant++) {
    let best = -1
    let bestAt = -1
    for (let shift = 0; shift < SHIFTS * SHIFTS; shift++, entry++) {
      if (table.full[entry] === 0) continue
      const off = differing(table.words, entry * ENTRY_WORDS, enrolled)
      const similarity = table.full[entry] - table.perBit[entry] * off
      if (similarity > best) {
        best = similarity
        bestAt = shift
      }
    }
    if (bestAt < 0) continue
    const down = 2 * (Math.floor(bestAt / SHIFTS) - REACH)
    const right = 2 * ((bestAt % SHIFTS) - REACH)
    if (hits.length < keep || best > hits[hits.length - 1].similarity) {
      hits.push({ variant, right, down, similarity: best })
      hits.sort((a, b) => b.similarity - a.similarity)
      if (hits.length > keep) hits.pop()
    }
  }
  return hits
}
