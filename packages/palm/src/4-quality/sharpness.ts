import { REGION_SIDE_PX, type Region } from '../3-region/region.ts'
import { type Measure, round } from './measure.ts'

/**
 * Pictures of the research sets reach .25 to .64 (half above .45); blurred on purpose they fall below .22 at a Gaussian of
 * about two region pixels, where the finer creases are gone.
 */
export const MIN_SHARPNESS = 0.22

/**
 * How much fine detail would be lost by blurring the region once more, 0 (already blurred) … 1: one minus the perceptual
 * blur metric of Crete et al. (2007), on the worse of the two axes, so that motion blur shows. It compares the region
 * with itself and so hardly depends on contrast or skin tone.
 */
export function sharpness({ grey }: Pick<Region, 'grey'>): Measure {
  const calm = smoothed(smoothed(grey, 1), REGION_SIDE_PX)
  const value = 1 - Math.max(blurAlong(calm, 1, REGION_SIDE_PX), blurAlong(calm, REGION_SIDE_PX, 1))
  return {
    name: 'sharpness',
    value,
    limit: MIN_SHARPNESS,
    unit: '',
    ok: value >= MIN_SHARPNESS,
    code: 'blurred',
    message: `The palm is blurred: sharpness ${round(value)}, needed ${MIN_SHARPNESS}.`,
  }
}

/** Quarter, half, quarter along one axis: noise and compression at the scale of single pixels is no detail. */
function smoothed(grey: Float32Array, step: number): Float32Array {
  const out = grey.slice()
  for (let i = step; i < grey.length - step; i++) out[i] = (grey[i - step] + 2 * grey[i] + grey[i + step]) / 4
  return out
}

const HALF_WINDOW = 4

/** Share of the variation along one axis that survives a nine-pixel mean; `step` walks the axis, `across` the other. */
function blurAlong(grey: Float32Array, step: number, across: number): number {
  let variation = 0
  let lost = 0
  for (let line = 0; line < REGION_SIDE_PX; line++) {
    const start = line * across
    let before = meanAt(grey, start, step, HALF_WINDOW)
    for (let i = HALF_WINDOW + 1; i < REGION_SIDE_PX - HALF_WINDOW; i++) {
      const after = meanAt(grey, start, step, i)
      const own = Math.abs(grey[start + i * step] - grey[start + (i - 1) * step])
      variation += own
      lost += Math.max(0, own - Math.abs(after - before))
      before = after
    }
  }
  return variation === 0 ? 1 : (variation - lost) / variation
}

function meanAt(grey: Float32Array, start: number, step: number, i: number): number {
  let sum = 0
  for (let k = i - HALF_WINDOW; k <= i + HALF_WINDOW; k++) sum += grey[start + k * step]
  return sum / (2 * HALF_WINDOW + 1)
}
