import type { Region } from '../3-region/region.ts'
import { type Measure, round } from './measure.ts'

export const MAX_CLIPPED_SHARE = 0.2
const BURNT_LEVEL = 253
const BLACK_LEVEL = 3

/** Share of the palm whose creases are gone: all channels burnt out, or all black. */
export function clipping({ rgb }: Pick<Region, 'rgb'>): Measure {
  let clipped = 0
  for (let at = 0; at < rgb.length; at += 3) {
    const low = Math.min(rgb[at], rgb[at + 1], rgb[at + 2])
    const high = Math.max(rgb[at], rgb[at + 1], rgb[at + 2])
    if (low >= BURNT_LEVEL || high <= BLACK_LEVEL) clipped++
  }
  const value = (clipped * 3) / rgb.length
  return {
    name: 'clipping',
    value,
    limit: MAX_CLIPPED_SHARE,
    unit: '',
    ok: value <= MAX_CLIPPED_SHARE,
    code: 'clipped',
    message: `A part of the palm is burnt out or black: ${round(value)} of it, at most ${MAX_CLIPPED_SHARE}.`,
  }
}
