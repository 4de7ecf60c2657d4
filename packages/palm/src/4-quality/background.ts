import type { Region } from '../3-region/region.ts'
import { type Measure, round } from './measure.ts'

/**
 * Three regions of `tongji` that the set's own cutter laid beside the hand, turned by up to 60°, reach .22 to .28; every other one
 * stays below .04, whole hands of `xpalm` and `student4` below .02 and .11, and one picture of `course` reaches .21.
 */
export const MAX_BACKGROUND_SHARE = 0.2
/** Darker than this, of the median: no skin that the same light falls on. */
const DARK_OF_MEDIAN = 0.3

/** Share of the region that is dark background, and no palm: it lies beside the hand. Never looks at a similarity. */
export function background({ grey }: Pick<Region, 'grey'>): Measure {
  const dark = DARK_OF_MEDIAN * medianOf(grey)
  let below = 0
  for (const value of grey) if (value < dark) below++
  const value = below / grey.length
  return {
    name: 'background',
    value,
    limit: MAX_BACKGROUND_SHARE,
    unit: 'of the palm',
    ok: value < MAX_BACKGROUND_SHARE,
    code: 'cut_off',
    message: `Beside the palm there is dark background: ${round(value)} of it, less than ${MAX_BACKGROUND_SHARE} allowed.`,
  }
}

/** To the nearest of 256 levels, upper end: as fine as the pictures are. */
function medianOf(grey: Float32Array): number {
  const levels = new Uint32Array(256)
  for (const value of grey) levels[Math.round(255 * value)]++
  let count = 0
  let level = -1
  while (count <= grey.length >> 1) count += levels[++level]
  return level / 255
}
