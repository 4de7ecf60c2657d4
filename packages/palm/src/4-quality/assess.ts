import type { Hand } from '../2-landmarks/hand.ts'
import { place } from '../3-region/cut.ts'
import type { Region } from '../3-region/region.ts'
import { outlineTiltDeg } from '../3-region/tilt.ts'
import { background } from './background.ts'
import { clipping } from './clipping.ts'
import { coverage } from './coverage.ts'
import { exposure } from './exposure.ts'
import type { Measure } from './measure.ts'
import { sharpness } from './sharpness.ts'
import { size } from './size.ts'
import { outlineTilt, tilt } from './tilt.ts'

/** Stage 4 for one frame, in the order in which a person should mend things. */
export function assess(region: Region, hand: Hand, picture: { widthPx: number; heightPx: number }): Measure[] {
  return [
    coverage(place(hand), picture.widthPx, picture.heightPx),
    background(region),
    size(region.sourceSidePx, Math.min(picture.widthPx, picture.heightPx)),
    exposure(region),
    clipping(region),
    tilt(region.tiltDeg),
    outlineTilt(outlineTiltDeg(hand)),
    sharpness(region),
  ]
}

/** One number for choosing the best frames of a burst, 0…1: how far sharpness and tilt are from their limits. */
export function frameQuality(measures: readonly Measure[]): number {
  if (measures.some((measure) => !measure.ok)) return 0
  const named = (name: string) => measures.find((measure) => measure.name === name)
  const sharp = named('sharpness')
  const turned = [named('tilt'), named('outline tilt')].filter((measure) => measure !== undefined)
  const detail = sharp ? Math.min(1, sharp.value / (2 * sharp.limit)) : 0
  const facing = turned.length > 0 ? Math.min(...turned.map(({ value, limit }) => 1 - value / (2 * limit))) : 0
  return detail * facing
}
