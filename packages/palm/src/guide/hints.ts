import type { Hand } from '../2-landmarks/hand.ts'
import { foldedFingers, MAX_FOLDED_FINGERS } from '../2-landmarks/openness.ts'
import { cut, place } from '../3-region/cut.ts'
import { outlineTiltDeg } from '../3-region/tilt.ts'
import { background } from '../4-quality/background.ts'
import { clipping } from '../4-quality/clipping.ts'
import { coverage } from '../4-quality/coverage.ts'
import { exposure } from '../4-quality/exposure.ts'
import { sharpness } from '../4-quality/sharpness.ts'
import { MAX_SPEED_WIDTHS_PER_S } from '../4-quality/stillness.ts'
import { outlineTilt, tilt } from '../4-quality/tilt.ts'
import { assessLines } from '../6-embedding/assess-lines.ts'
import { distance, type Point } from '../geometry.ts'
import type { GuideHint } from '../guidance-types.ts'
import type { Raster } from '../image.ts'

/**
 * Stricter than the server's own limits, so that what the guide lets pass is not refused: palm side over the shorter side
 * of the frame (.2 of a 720-pixel frame are 144 pixels), tilt, and speed.
 */
export const GUIDE_LIMITS = {
  minPalmShare: 0.2,
  maxPalmShare: 0.68,
  maxTiltDeg: 27,
  maxOutlineTiltDeg: 34,
  speedShare: 0.5,
} as const
/** Below this many pixels the region is an enlargement and says nothing about sharpness. */
const MIN_SHARPNESS_PX = 120

export type Seen = { landmarks: readonly Point[]; atMs: number }

/** What the person should change, most urgent first. Empty: take the picture. */
export function hintsFor(frame: Raster, hand: Hand, before: Seen | null, nowMs: number): GuideHint[] {
  if (hand.side === 'back') return [{ code: 'back_of_hand', measure: 'side', value: 1, limit: 0, unit: '' }]
  const folded = foldedFingers(hand)
  if (folded > MAX_FOLDED_FINGERS) {
    return [{ code: 'not_open', measure: 'folded fingers', value: folded, limit: MAX_FOLDED_FINGERS, unit: '' }]
  }
  const region = cut(frame, hand)
  const share = region.sourceSidePx / Math.min(frame.widthPx, frame.heightPx)
  const hints: GuideHint[] = []
  const { minPalmShare, maxPalmShare, maxTiltDeg, maxOutlineTiltDeg } = GUIDE_LIMITS
  const size = { measure: 'size', value: share, unit: 'of the picture' }
  if (share < minPalmShare) hints.push({ ...size, code: 'too_far', limit: minPalmShare })
  if (share > maxPalmShare) hints.push({ ...size, code: 'too_near', limit: maxPalmShare })
  const inside = coverage(place(hand), frame.widthPx, frame.heightPx)
  for (const measure of [inside, background(region), exposure(region), clipping(region)]) {
    if (!measure.ok) hints.push(hintOf(measure))
  }
  const turned = tilt(region.tiltDeg)
  const narrowed = outlineTilt(outlineTiltDeg(hand))
  if (turned.value > maxTiltDeg) hints.push({ ...hintOf(turned), limit: maxTiltDeg })
  else if (narrowed.value > maxOutlineTiltDeg) hints.push({ ...hintOf(narrowed), limit: maxOutlineTiltDeg })
  const speed = before === null ? 0 : speedOf(before, hand.landmarks, nowMs)
  const maxSpeed = GUIDE_LIMITS.speedShare * MAX_SPEED_WIDTHS_PER_S
  if (speed > maxSpeed) {
    hints.push({ code: 'moving', measure: 'stillness', value: speed, limit: maxSpeed, unit: 'palm widths/s' })
  }
  const sharp = sharpness(region)
  if (region.sourceSidePx >= MIN_SHARPNESS_PX && !sharp.ok) hints.push(hintOf(sharp))
  if (hints.length > 0) return hints
  // The dearest measure last, and only where a picture would be taken otherwise.
  const lines = assessLines(region)
  if (!lines.ok) hints.push(hintOf(lines))
  return hints
}

const hintOf = ({ code, name, value, limit, unit }: ReturnType<typeof tilt>): GuideHint => ({
  code,
  measure: name,
  value,
  limit,
  unit,
})

function speedOf(before: Seen, landmarks: readonly Point[], nowMs: number): number {
  const widthPx = distance(landmarks[5], landmarks[17])
  const movedPx = distance(before.landmarks[9], landmarks[9])
  return widthPx > 0 ? movedPx / widthPx / (Math.max(nowMs - before.atMs, 1) / 1000) : 0
}
