import type { Region } from '../3-region/region.ts'
import { type Measure, round } from './measure.ts'

export const MIN_MEAN_LUMA = 0.13
export const MAX_MEAN_LUMA = 0.92

/** Mean luma of the palm, 0…1. */
export function exposure({ grey }: Pick<Region, 'grey'>): Measure {
  let sum = 0
  for (const value of grey) sum += value
  const value = sum / grey.length
  const dark = value < (MIN_MEAN_LUMA + MAX_MEAN_LUMA) / 2
  const limit = dark ? MIN_MEAN_LUMA : MAX_MEAN_LUMA
  return {
    name: 'exposure',
    value,
    limit,
    unit: '',
    ok: value >= MIN_MEAN_LUMA && value <= MAX_MEAN_LUMA,
    code: dark ? 'too_dark' : 'too_bright',
    message: dark
      ? `The palm is too dark: brightness ${round(value)}, needed ${limit}.`
      : `The palm is too bright: brightness ${round(value)}, at most ${limit}.`,
  }
}
