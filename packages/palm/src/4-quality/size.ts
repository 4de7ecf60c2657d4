import { type Measure, round } from './measure.ts'

/** Side of the region in the picture, px. */
export const MIN_PALM_PX = 60
/** Side of the region over the shorter side of the picture: beyond it fingers leave the picture and lenses lose focus. */
export const MAX_PALM_SHARE = 0.8

/** How large the palm is in the picture: far hands have too few pixels, near ones are out of focus. */
export function size(sourceSidePx: number, shortSidePx: number): Measure {
  const share = sourceSidePx / shortSidePx
  if (share > MAX_PALM_SHARE) {
    return {
      name: 'size',
      value: share,
      limit: MAX_PALM_SHARE,
      unit: 'of the picture',
      ok: false,
      code: 'too_near',
      message: `The hand is too near: the palm fills ${round(share)} of the picture, at most ${MAX_PALM_SHARE}.`,
    }
  }
  return {
    name: 'size',
    value: sourceSidePx,
    limit: MIN_PALM_PX,
    unit: 'px',
    ok: sourceSidePx >= MIN_PALM_PX,
    code: 'too_far',
    message: `The hand is too far away: the palm is ${Math.round(sourceSidePx)} pixels wide, needed ${MIN_PALM_PX}.`,
  }
}
