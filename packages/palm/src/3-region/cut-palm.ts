import type { Raster } from '../image.ts'
import { sampleAffine } from '../resample.ts'
import { REGION_SIDE_PX, type Region, regionOf } from './region.ts'

/**
 * A region from a picture that is already a cut palm (research sets publish such): the whole picture, squeezed to 128².
 * `mirror` brings a left palm onto a right one; say false where the set was mirrored already or the hand is unknown.
 */
export function regionFromCutPalm(picture: Raster, hand: 'L' | 'R' | null = null, mirror = hand === 'L'): Region {
  const { widthPx, heightPx } = picture
  const scaleX = widthPx / REGION_SIDE_PX
  const scaleY = heightPx / REGION_SIDE_PX
  const rgb = mirror
    ? sampleAffine(picture, [-scaleX, 0, widthPx, 0, scaleY, 0], REGION_SIDE_PX, REGION_SIDE_PX)
    : sampleAffine(picture, [scaleX, 0, 0, 0, scaleY, 0], REGION_SIDE_PX, REGION_SIDE_PX)
  return regionOf(rgb, { mirrored: mirror, sourceSidePx: Math.min(widthPx, heightPx), tiltDeg: 0, hand })
}
