import { type Measure, round } from '../4-quality/measure.ts'
import { type Box, boundingBox } from '../geometry.ts'
import { luma, type Raster } from '../image.ts'
import type { LivenessCheck } from './liveness.ts'

/** Share of its length over which each of the four sides must be an edge. 266 real hands measured: at most .44, half of them below .06. */
export const MAX_BORDER = 0.65
/** The picture is looked at with this longer side, px. */
const LOOK_SIDE_PX = 160
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
  check: ({ picture, hand }) => measured(borderAround(picture, boundingBox(hand.landmarks))),
}

export function borderAround(picture: Raster, hand: Box): number {
  const scale = Math.max(picture.widthPx, picture.heightPx) / LOOK_SIDE_PX
  const { grey, widthPx, heightPx } = shrunkGrey(picture, scale)
  const box = {
    left: hand.leftPx / scale,
    top: hand.topPx / scale,
    right: (hand.leftPx + hand.widthPx) / scale,
    bottom: (hand.topPx + hand.heightPx) / scale,
  }
  const across = (p: number, q: number) => grey[Math.round(q) * widthPx + Math.round(p)]
  const upright = (p: number, q: number) => grey[Math.round(p) * widthPx + Math.round(q)]
  // Each side: the line's offset runs outward from the hand, the line itself along the hand's other extent.
  const sides = [
    side(across, box.left, 0, box.top, box.bottom, widthPx, heightPx),
    side(across, box.right, widthPx, box.top, box.bottom, widthPx, heightPx),
    side(upright, box.top, 0, box.left, box.right, heightPx, widthPx),
    side(upright, box.bottom, heightPx, box.left, box.right, heightPx, widthPx),
  ]
  return Math.min(...sides)
}

/** The picture in grey, each small pixel the mean of 3 × 3 places spread over it: enough for edges, and quick. */
function shrunkGrey({ data, widthPx: fullWidthPx, heightPx: fullHeightPx }: Raster, scale: number) {
  const widthPx = Math.floor(fullWidthPx / scale)
  const heightPx = Math.floor(fullHeightPx / scale)
  const grey = new Float32Array(widthPx * heightPx)
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      let sum = 0
      for (let k = 0; k < 9; k++) {
        const column = Math.floor((x + ((k % 3) + 0.5) / 3) * scale)
        const row = Math.floor((y + (Math.floor(k / 3) + 0.5) / 3) * scale)
        const at = (row * fullWidthPx + column) * 3
        sum += luma(data[at], data[at + 1], data[at + 2])
      }
      grey[y * widthPx + x] = sum / 9
    }
  }
  return { grey, widthPx, heightPx }
}

/** The best straight edge beyond one side of the hand: share of the line where brightness steps the same way. */
function side(
  at: (offset: number, along: number) => number,
  near: number,
  far: number,
  from: number,
  to: number,
  offsetEnd: number,
  alongEnd: number,
): number {
  const outward = Math.sign(far - near)
  const start = Math.max(from, 1)
  const end = Math.min(to, alongEnd - 2)
  const length = end - start
  if (length < 10) return 0
  let best = 0
  for (let offset = near + outward * GAP_PX; offset > GAP_PX && offset < offsetEnd - GAP_PX; offset += outward) {
    for (const slope of SLOPES) {
      let rising = 0
      let falling = 0
      let count = 0
      for (let along = start; along <= end; along += 2) {
        const place = offset + slope * (along - (start + end) / 2)
        count++
        if (place < 2 || place > offsetEnd - 3) continue
        const step = at(place + 1, along) - at(place - 1, along)
        if (step > MIN_STEP) rising++
        else if (step < -MIN_STEP) falling++
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
