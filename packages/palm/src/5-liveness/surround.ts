import { BESIDE_HAND, type HandView, VIEW_CELLS } from './hand-view.ts'
import { centred, type Rung, strengthOf } from './screen-light.ts'

/** Side of a block of cells whose light is taken together, against the noise of single ones; cells of it that must lie beside the hand. */
const BLOCK = 3
const MIN_CELLS = 5
/**
 * Mean light of a block, 0…1 linear. What is darker is no lit sheet, and its colours are those that compression smears over the edge of the
 * hand: it counts as giving nothing back. What is brighter may be clipped and does not count.
 */
const DARK = 0.012
const CLIPPED = 0.95
/** As many blocks must be measurable to say anything. */
const MIN_BLOCKS = 10
/** Correlation with the drawn colours below which a block changes by itself: a movement, noise. */
const MIN_FOLLOWS = 0.75
/** A fifth of what can be measured is enough to be a sheet: the rest may be dark ink, or the room beyond the sheet's edge. */
const UPPER_SHARE = 0.2
const MAX_RATIO = 1.5

/**
 * How strongly the lightest-answering fifth of what lies beside the hand takes on the screen's light, in parts of how the hand does: about
 * 1 where a margin, a gap between fingers or a printed background lies in the hand's own plane, near 0 where a room is behind it. Unlike
 * the mean over the surroundings it finds a sheet that ends close to the hand. 0 where too little can be measured.
 */
export function surroundOf(
  views: readonly HandView[],
  zones: Uint8Array,
  ladder: readonly Rung[],
  onHand: number,
): number {
  if (onHand <= 0) return 0
  const ratios: number[] = []
  for (let row = 0; row + BLOCK <= VIEW_CELLS; row += BLOCK) {
    for (let column = 0; column + BLOCK <= VIEW_CELLS; column += BLOCK) {
      const seen = blockOf(views, zones, row * VIEW_CELLS + column)
      if (seen === null) continue
      if (seen === 'dark') {
        ratios.push(0)
        continue
      }
      const { strength, follows } = strengthOf(seen, ladder)
      ratios.push(follows < MIN_FOLLOWS ? 0 : Math.min(MAX_RATIO, strength / onHand))
    }
  }
  if (ratios.length < MIN_BLOCKS) return 0
  ratios.sort((a, b) => b - a)
  return ratios[Math.floor(UPPER_SHARE * ratios.length)]
}

/** Chroma of a block about its mean, two numbers a view; null where it cannot be measured. */
function blockOf(views: readonly HandView[], zones: Uint8Array, start: number): Float64Array | 'dark' | null {
  const cells: number[] = []
  for (let k = 0; k < BLOCK * BLOCK; k++) {
    const cell = start + Math.floor(k / BLOCK) * VIEW_CELLS + (k % BLOCK)
    if (zones[cell] === BESIDE_HAND) cells.push(cell)
  }
  if (cells.length < MIN_CELLS) return null
  const chroma: number[] = []
  for (const { light } of views) {
    const mean = [0, 0, 0]
    for (const cell of cells) for (let axis = 0; axis < 3; axis++) mean[axis] += light[3 * cell + axis] / cells.length
    if (Math.max(...mean) > CLIPPED) return null
    if (Math.min(...mean) < DARK) return 'dark'
    const green = Math.log(mean[1])
    chroma.push(Math.log(mean[0]) - green, Math.log(mean[2]) - green)
  }
  return centred(chroma)
}
