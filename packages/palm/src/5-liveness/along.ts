import { MIDDLE_ROOT, WRIST } from '../2-landmarks/hand.ts'
import { boundingBox } from '../geometry.ts'
import { solve } from './least-squares.ts'
import type { BurstFrame } from './liveness.ts'
import type { SmallPicture } from './small-picture.ts'

type Box = { left: number; top: number; right: number; bottom: number }
type Step = { x: number; y: number; sure: boolean }

/** A hand that moves less than this between frames, px of the small picture, tells nothing. */
const MIN_STEP_PX = 0.06
/** Least curvature of the sum of squares, per pixel: below it there is nothing in the background whose movement could be seen. */
const MIN_TEXTURE = 4e-5

/**
 * Where shift, factor and offset leave more than this part of the first picture's variance, the second is no shifted copy of it: another
 * background came into view, or it moved farther than one step can tell. Eight rendered sheets and hands that sway: at most .19; hands
 * before two different backgrounds: .36 and more.
 */
const MAX_UNEXPLAINED = 0.2

/** What surrounds the hand: this far beyond its box, px of the small picture, neither nearer nor farther. */
const INNER_PX = 8
const OUTER_PX = 24

/**
 * How far what surrounds the hand moves along with it: 0 for a hand before a room that stands still, 1 for a hand and a background on
 * one sheet or screen that is moved. 0 as well where nothing moves or the surroundings are smooth: then it cannot tell.
 */
export function movesAlong(frames: readonly BurstFrame[]): number {
  let together = 0
  let moved = 0
  for (let i = 1; i < frames.length; i++) {
    const [before, after] = [frames[i - 1].evidence.small, frames[i].evidence.small]
    if (before.widthPx !== after.widthPx || before.heightPx !== after.heightPx) continue
    const palm = scaled(boundingBox([0, 5, 9, 13, 17].map((k) => frames[i - 1].hand.landmarks[k])), before)
    const whole = scaled(boundingBox(frames[i - 1].hand.landmarks), before)
    const hand = stepBetween(before, after, palm, () => true)
    const around = stepBetween(before, after, grown(whole, OUTER_PX), surroundings(frames[i - 1], before, whole))
    if (!hand.sure || !around.sure || Math.hypot(hand.x, hand.y) < MIN_STEP_PX) continue
    together += hand.x * around.x + hand.y * around.y
    moved += hand.x ** 2 + hand.y ** 2
  }
  return moved === 0 ? 0 : Math.max(-0.5, Math.min(1.5, together / moved))
}

/** Outside the hand's box, and not on the arm, which moves with the hand. */
function surroundings({ hand: { landmarks } }: BurstFrame, { scale }: SmallPicture, whole: Box) {
  const inner = grown(whole, INNER_PX)
  const wrist = { x: landmarks[WRIST].x / scale, y: landmarks[WRIST].y / scale }
  const up = { x: landmarks[MIDDLE_ROOT].x / scale - wrist.x, y: landmarks[MIDDLE_ROOT].y / scale - wrist.y }
  const length = Math.hypot(up.x, up.y) || 1
  return (x: number, y: number): boolean => {
    if (x > inner.left && x < inner.right && y > inner.top && y < inner.bottom) return false
    const below = -((x - wrist.x) * up.x + (y - wrist.y) * up.y) / length
    const aside = Math.abs((x - wrist.x) * up.y - (y - wrist.y) * up.x) / length
    return below < 0 || aside > 0.8 * length
  }
}

const scaled = (box: ReturnType<typeof boundingBox>, { scale }: SmallPicture): Box => ({
  left: box.leftPx / scale,
  top: box.topPx / scale,
  right: (box.leftPx + box.widthPx) / scale,
  bottom: (box.topPx + box.heightPx) / scale,
})
const grown = ({ left, top, right, bottom }: Box, px: number): Box => ({
  left: left - px,
  top: top - px,
  right: right + px,
  bottom: bottom + px,
})

/**
 * The shift of least squares of the places in a box that count, from one picture to the next, with a factor and an offset on brightness, since
 * the screen's light changes in between (Lucas and Kanade 1981, one step: movements stay below a pixel or two).
 */
function stepBetween(
  before: SmallPicture,
  after: SmallPicture,
  outer: Box,
  counts: (x: number, y: number) => boolean,
): Step {
  const { widthPx, heightPx, grey } = before
  const sums = Array.from({ length: 4 }, () => new Float64Array(5))
  let [count, squares] = [0, 0]
  const [fromX, toX] = [Math.max(1, Math.round(outer.left)), Math.min(widthPx - 2, Math.round(outer.right))]
  const [fromY, toY] = [Math.max(1, Math.round(outer.top)), Math.min(heightPx - 2, Math.round(outer.bottom))]
  for (let y = fromY; y <= toY; y++) {
    for (let x = fromX; x <= toX; x++) {
      if (!counts(x, y)) continue
      const at = y * widthPx + x
      const terms = [
        (grey[at + 1] - grey[at - 1]) / 2,
        (grey[at + widthPx] - grey[at - widthPx]) / 2,
        grey[at],
        1,
        grey[at] - after.grey[at],
      ]
      count++
      squares += terms[4] ** 2
      for (let i = 0; i < 4; i++) for (let j = 0; j < 5; j++) sums[i][j] += terms[i] * terms[j]
    }
  }
  if (count < 50) return { x: 0, y: 0, sure: false }
  const textured = Math.min(sums[0][0], sums[1][1]) / count > MIN_TEXTURE
  const contrast = (sums[2][2] - sums[2][3] ** 2 / count) / count
  const towards = sums.map((row) => row[4])
  const solution = solve(sums)
  const left = (squares - solution.reduce((sum, value, i) => sum + value * towards[i], 0)) / count
  const isSame = left < MAX_UNEXPLAINED * contrast
  return { x: solution[0], y: solution[1], sure: textured && isSame && Math.hypot(solution[0], solution[1]) < 4 }
}
