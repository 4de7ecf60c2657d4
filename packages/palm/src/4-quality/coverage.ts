import type { PalmPlacement } from '../3-region/cut.ts'
import { REGION_SIDE_PX } from '../3-region/region.ts'
import { type Measure, round } from './measure.ts'

export const MIN_COVERAGE = 0.9
const STEPS = 16

/** Share of the palm's square that lies inside the picture. */
export function coverage({ map }: Pick<PalmPlacement, 'map'>, widthPx: number, heightPx: number): Measure {
  let inside = 0
  for (let row = 0; row < STEPS; row++) {
    for (let column = 0; column < STEPS; column++) {
      const u = ((column + 0.5) / STEPS) * REGION_SIDE_PX
      const v = ((row + 0.5) / STEPS) * REGION_SIDE_PX
      const x = map[0] * u + map[1] * v + map[2]
      const y = map[3] * u + map[4] * v + map[5]
      if (x >= 0 && y >= 0 && x <= widthPx && y <= heightPx) inside++
    }
  }
  const value = inside / STEPS ** 2
  return {
    name: 'coverage',
    value,
    limit: MIN_COVERAGE,
    unit: 'of the palm',
    ok: value >= MIN_COVERAGE,
    code: 'cut_off',
    message: `The palm is cut off: ${round(value)} of it is in the picture, needed ${MIN_COVERAGE}.`,
  }
}
