import { type Measure, round } from '../4-quality/measure.ts'
import { type Box, boundingBox } from '../geometry.ts'
import type { LivenessCheck } from './liveness.ts'
import type { SmallPicture } from './small-picture.ts'

/** Share of its length over which each of the four sides must be an edge. 266 real hands measured: at most .44, half of them below .06. */
export const MAX_BORDER = 0.65
/** Step of brightness, 0…1, across two pixels that counts as an edge. */
const MIN_STEP = 0.06
/** A held sheet or screen is rarely straighter than this. */
const SLOPES = [-0.12, -0.09, -0.06, -0.03, 0, 0.03, 0.06, 0.09, 0.12]
/** A border lies this far outside the hand at least, px of the small picture, and inside the picture's own edge. */
const GAP_PX = 3

/**
 * A hand shown on a sheet or a screen has four straight edges around it. Looks outward from the hand's box on each side
 * for the straightest edge; the weakest of the four sides counts, because tables and doors give one, two or three.
 */
export const border: LivenessCheck = {
  name: 'border',
  check: ({ small, hand }) => measured(borderAround(small, boundingBox(hand.landmarks))),
}

export function borderAround({ grey, widthPx, heightPx, scale }: SmallPicture, hand: Box): number {
  const box = {
    left: hand.leftPx / scale,
    top: hand.topPx / scale,
    right: (hand.leftPx + hand.widthPx) / scale,
    bottom: (hand.topPx + hand.heightPx) / scale,
  }
  const upright = { steps: stepsAlong(grey, 1), stride: 1, along: widthPx, offsets: widthPx, lines: heightPx }
  const level = { steps: stepsAlong(grey, widthPx), stride: widthPx, along: 1, offsets: heightPx, lines: widthPx }
  return Math.min(
    side(upright, box.left, -1, box.top, box.bottom),
    side(upright, box.right, 1, box.top, box.bottom),
    side(level, box.top, -1, box.left, box.right),
    side(level, box.bottom, 1, box.left, box.right),
  )
}

/** Whether brightness rises (1), falls (−1) or stays across each pixel in one direction. */
function stepsAlong(grey: Float32Array, stride: number): Int8Array {
  const steps = new Int8Array(grey.length)
  for (let i = stride; i < grey.length - stride; i++) {
    const step = grey[i + stride] - grey[i - stride]
    steps[i] = step > MIN_STEP ? 1 : step < -MIN_STEP ? -1 : 0
  }
  return steps
}

type Edges = { steps: Int8Array; stride: number; along: number; offsets: number; lines: number }

/** The best straight edge beyond one side of the hand, looked for outward: share of the line where brightness steps the same way. */
function side(
  { steps, stride, along, offsets, lines }: Edges,
  near: number,
  outward: 1 | -1,
  from: number,
  to: number,
) {
  const start = Math.ceil(Math.max(from, 1))
  const end = Math.floor(Math.min(to, lines - 2))
  if (end - start < 10) return 0
  const count = Math.floor((end - start) / 2) + 1
  const centre = (start + end) / 2
  let best = 0
  for (let offset = near + outward * GAP_PX; offset > GAP_PX && offset < offsets - GAP_PX; offset += outward) {
    for (const slope of SLOPES) {
      let rising = 0
      let falling = 0
      for (let line = start; line <= end; line += 2) {
        const place = Math.round(offset + slope * (line - centre))
        if (place < 2 || place > offsets - 3) continue
        const step = steps[place * stride + line * along]
        if (step > 0) rising++
        else if (step < 0) falling++
      }
      best = Math.max(best, rising / count, falling / count)
    }
  }
  return best
}

const measured = (value: number): Measure => ({
  name: 'border',
  value,
  limit: MAX_BORDER,
  unit: 'of each side',
  ok: value <= MAX_BORDER,
  code: 'liveness_failed',
  message: `There is a frame around the hand, as of a sheet or a screen: ${round(value)} of each side, at most ${MAX_BORDER}.`,
})
