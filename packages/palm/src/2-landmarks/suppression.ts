import { type Box, intersectionOverUnion, type Point } from '../geometry.ts'
import type { PalmBox } from './hand.ts'

/** Boxes that overlap more than this are the same palm (MediaPipe's palm detection graph). */
export const SAME_PALM_OVERLAP = 0.3

/**
 * Weighted non-maximum suppression: each group of overlapping boxes becomes one, its places averaged by confidence,
 * which is steadier from frame to frame than keeping the best box alone. Surest first.
 */
export function mergeOverlapping(candidates: readonly PalmBox[], overlap = SAME_PALM_OVERLAP): PalmBox[] {
  let rest = [...candidates].sort((a, b) => b.confidence - a.confidence)
  const merged: PalmBox[] = []
  while (rest.length > 0) {
    const best = rest[0]
    const group = rest.filter((one) => one === best || intersectionOverUnion(one.box, best.box) > overlap)
    rest = rest.filter((one) => !group.includes(one))
    merged.push(average(group, best.confidence))
  }
  return merged
}

function average(group: readonly PalmBox[], confidence: number): PalmBox {
  const total = group.reduce((sum, one) => sum + one.confidence, 0)
  const mean = (value: (one: PalmBox) => number) =>
    group.reduce((sum, one) => sum + (one.confidence / total) * value(one), 0)
  const box: Box = {
    leftPx: mean((one) => one.box.leftPx),
    topPx: mean((one) => one.box.topPx),
    widthPx: mean((one) => one.box.widthPx),
    heightPx: mean((one) => one.box.heightPx),
  }
  const points: Point[] = group[0].points.map((_, i) => ({
    x: mean((one) => one.points[i].x),
    y: mean((one) => one.points[i].y),
  }))
  return { box, points, confidence }
}
