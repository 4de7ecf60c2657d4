import type { Region } from '../3-region/region.ts'
import { type Measure, round } from '../4-quality/measure.ts'
import { lineFieldOf } from './line-field.ts'

/**
 * Good pictures of the research sets reach .336 to .65, half of them above .42 to .48. Below this limit lie 3 of 285 of `student4` and
 * none of 907, 594 and 119 of `tongji`, `course` and `xpalm`. Blurred by a Gaussian of 4 region pixels under a sensor's noise of 2 grey
 * levels, all but one of 170 pass sharpness, and 14 this limit; `docs/cards/recogniser.md` says what strangers reach then.
 */
export const MIN_LINE_CLARITY = 0.34

/** Whether the lines of a palm, and not its shading, make its line field: what blur *and* noise together hide from sharpness. */
export function assessLines(region: Region): Measure {
  const value = lineFieldOf(region).clarity
  return {
    name: 'line clarity',
    value,
    limit: MIN_LINE_CLARITY,
    unit: '',
    ok: value >= MIN_LINE_CLARITY,
    code: 'blurred',
    message: `The lines of the palm do not stand out: clarity ${round(value)}, needed ${MIN_LINE_CLARITY}.`,
  }
}
