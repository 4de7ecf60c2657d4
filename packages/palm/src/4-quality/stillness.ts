import { PALM_POINTS } from '../2-landmarks/hand.ts'
import { distance, type Point } from '../geometry.ts'
import { type Measure, round } from './measure.ts'

/** Palm widths a second. Half a width a second smears a crease over its own width at 1/60 s exposure. */
export const MAX_SPEED_WIDTHS_PER_S = 2.5

/** How fast the palm moves within a burst: the median over pairs of neighbouring frames. */
export function stillness(frames: readonly { offsetMs: number; landmarks: readonly Point[] }[]): Measure {
  const speeds: number[] = []
  for (let i = 1; i < frames.length; i++) {
    const before = frames[i - 1]
    const after = frames[i]
    const widthPx = distance(after.landmarks[5], after.landmarks[17])
    const movedPx =
      PALM_POINTS.reduce<number>((sum, k) => sum + distance(before.landmarks[k], after.landmarks[k]), 0) / 5
    const seconds = Math.max(after.offsetMs - before.offsetMs, 1) / 1000
    if (widthPx > 0) speeds.push(movedPx / widthPx / seconds)
  }
  speeds.sort((a, b) => a - b)
  const value = speeds.length === 0 ? 0 : speeds[speeds.length >> 1]
  return {
    name: 'stillness',
    value,
    limit: MAX_SPEED_WIDTHS_PER_S,
    unit: 'palm widths/s',
    ok: value <= MAX_SPEED_WIDTHS_PER_S,
    code: 'moving',
    message: `The hand moves by ${round(value)} palm widths a second, at most ${MAX_SPEED_WIDTHS_PER_S}: hold it still.`,
  }
}
