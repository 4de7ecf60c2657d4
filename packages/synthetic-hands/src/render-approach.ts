import { approachSequence } from './approach.ts'
import { renderMoment } from './render-burst.ts'
import { frameOf, photograph } from './render-hand.ts'
import { settingOf } from './setting.ts'
import type { ApproachRequest, Raster } from './types.ts'

/** The pictures of an approach, one at a time; while no hand is there, the empty place. */
export function* renderApproach(request: ApproachRequest): Generator<Raster> {
  const setting = settingOf(request)
  let moment = 0
  for (const { pose, motionBlurPx, motionDirectionDeg } of approachSequence(request)) {
    moment++
    const scene = { ...setting.scene, motionBlurPx, motionDirectionDeg }
    if (pose) yield renderMoment({ ...setting, scene }, pose, moment).raster
    else yield photograph(frameOf(setting), setting, { x0: 0, y0: 0, width: 0, height: 0 }, moment)
  }
}
