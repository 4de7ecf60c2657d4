import {
  type CoarseHit,
  type CoarseTable,
  coarseOf,
  coarseSearch,
  coarseTable,
  LEAST_OVERLAP,
  OVERLAP_EXPONENT,
} from './coarse-search.ts'
import { CODE_SIDE, CODE_WORDS, MASK, PLANES, planesOf, popcountBytes } from './code-planes.ts'
import type { Pose } from './line-field.ts'

/** Where the mask stands behind the planes. */
const MASK_AT = MASK * CODE_SIDE
const DEGREE = Math.PI / 180
/** Turns and scales of the probe: landmarks drift by 7–10° and up to 12% between visits, and the blocks give the rest. */
const TURNS_DEG = [-12, -8, -4, 0, 4, 8, 12]
const SCALES = [0.92, 1, 1.08]
/** Poses that are refined after the coarse search. */
const REFINED = 5
/** Blocks a side that may each slip by a cell: a hand is not a rigid plane. A byte of a row is a block's width. */
const BLOCKS = 4
const BLOCK_SIDE = CODE_SIDE / BLOCKS
/** A block with less than this part of its cells in common is left out. */
const LEAST_BLOCK = 0.4 * BLOCK_SIDE * BLOCK_SIDE

export const PROBE_POSES: readonly Pose[] = TURNS_DEG.flatMap((deg) =>
  SCALES.map((scale) => ({ turnRad: deg * DEGREE, scale, rightCells: 0, downCells: 0 })),
)

/** A probe in all poses: fine planes and the coarse table. */
export type PosedProbe = { readonly codes: readonly Int32Array[]; readonly coarse: CoarseTable }

export function posedProbe(angle: Uint8Array): PosedProbe {
  const codes = PROBE_POSES.map((pose) => planesOf(angle, pose))
  return { codes, coarse: coarseTable(codes) }
}

/** Per block: differing bits and common cells of a probe moved by (right, down) against an enrolled code. */
class BlockCounts {
  readonly differing = new Int32Array(BLOCKS * BLOCKS)
  readonly common = new Int32Array(BLOCKS * BLOCKS)
  allDiffering = 0
  allCommon = 0

  count(probe: Int32Array, enrolled: Int32Array, right: number, down: number): void {
    this.allDiffering = 0
    this.allCommon = 0
    for (let band = 0; band < BLOCKS; band++) {
      let off = 0
      let cells = 0
      const end = Math.min((band + 1) * BLOCK_SIDE, CODE_SIDE + down)
      for (let row = Math.max(band * BLOCK_SIDE, down); row < end; row++) {
        const from = row - down
        const moved = right >= 0 ? probe[MASK_AT + from] << right : probe[MASK_AT + from] >>> -right
        const mask = moved & enrolled[MASK_AT + row]
        // eight rows of at most 3 × 8 bits: a byte never overflows
        cells += popcountBytes(mask)
        for (let plane = 0; plane < MASK_AT; plane += CODE_SIDE) {
          const bits = right >= 0 ? probe[plane + from] << right : probe[plane + from] >>> -right
          off += popcountBytes((bits ^ enrolled[plane + row]) & mask)
        }
      }
      for (let block = 0; block < BLOCKS; block++) {
        const at = band * BLOCKS + block
        this.differing[at] = (off >>> (8 * block)) & 0xff
        this.common[at] = (cells >>> (8 * block)) & 0xff
        this.allDiffering += this.differing[at]
        this.allCommon += this.common[at]
      }
    }
  }
}

const counts = new BlockCounts()
const bestAgreement = new Float64Array(BLOCKS * BLOCKS)
const bestCommon = new Float64Array(BLOCKS * BLOCKS)

const weighted = (agreement: number, cells: number) =>
  0.5 + (agreement - 0.5) * (cells / (CODE_SIDE * CODE_SIDE)) ** OVERLAP_EXPONENT

/** The best shift within one cell of a coarse hit, all blocks moving together. */
function refined(probe: Int32Array, enrolled: Int32Array, hit: CoarseHit): CoarseHit {
  let best: CoarseHit = { ...hit, similarity: 0 }
  for (let down = hit.down - 1; down <= hit.down + 1; down++) {
    for (let right = hit.right - 1; right <= hit.right + 1; right++) {
      counts.count(probe, enrolled, right, down)
      if (counts.allCommon < LEAST_OVERLAP * CODE_SIDE * CODE_SIDE) continue
      const similarity = weighted(1 - counts.allDiffering / (PLANES * counts.allCommon), counts.allCommon)
      if (similarity > best.similarity) best = { ...hit, right, down, similarity }
    }
  }
  return best
}

/** Similarity when every block may slip by one cell from a common shift. */
function slipped(probe: Int32Array, enrolled: Int32Array, hit: CoarseHit): number {
  bestAgreement.fill(-1)
  bestCommon.fill(0)
  for (let down = hit.down - 1; down <= hit.down + 1; down++) {
    for (let right = hit.right - 1; right <= hit.right + 1; right++) {
      counts.count(probe, enrolled, right, down)
      for (let block = 0; block < BLOCKS * BLOCKS; block++) {
        const cells = counts.common[block]
        if (cells < LEAST_BLOCK) continue
        const agreement = 1 - counts.differing[block] / (PLANES * cells)
        if (agreement <= bestAgreement[block]) continue
        bestAgreement[block] = agreement
        bestCommon[block] = cells
      }
    }
  }
  let agreement = 0
  let cells = 0
  for (let block = 0; block < BLOCKS * BLOCKS; block++) {
    agreement += Math.max(0, bestAgreement[block]) * bestCommon[block]
    cells += bestCommon[block]
  }
  return cells < 0.2 * CODE_SIDE * CODE_SIDE ? 0 : weighted(agreement / cells, cells)
}

/**
 * Similarity of a probe and an enrolled code (`CODE_WORDS` words): coarse search over poses and shifts, refining of the
 * best poses, then blocks that may slip. 0 where too little is in common to say anything.
 */
export function similarityOf(probe: PosedProbe, enrolled: Int32Array): number {
  if (enrolled.length !== CODE_WORDS) throw new RangeError(`an orientation code has ${CODE_WORDS} words`)
  let best = 0
  for (const hit of coarseSearch(probe.coarse, coarseOf(enrolled), REFINED)) {
    const code = probe.codes[hit.variant]
    const fine = refined(code, enrolled, hit)
    if (fine.similarity > 0) best = Math.max(best, slipped(code, enrolled, fine))
  }
  return best
}
