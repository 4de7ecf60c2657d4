import { isNearInfrared, nearInfraredScene, nearInfraredSkin } from './near-infrared.ts'
import { poseOf } from './pose.ts'
import { sceneOf } from './scene.ts'
import { skinOf } from './skin.ts'
import type { HandRequest, Pose, Scene } from './types.ts'

export const DEFAULT_WIDTH_PX = 1280
export const DEFAULT_HEIGHT_PX = 720

/** Everything that was drawn for one picture before any pixel is painted. */
export interface Setting {
  request: HandRequest
  widthPx: number
  heightPx: number
  pose: Pose
  scene: Scene
  gain: number
}

/** Draws pose, light and exposure for a request. */
export function settingOf(request: HandRequest): Setting {
  const widthPx = request.widthPx ?? DEFAULT_WIDTH_PX
  const heightPx = request.heightPx ?? DEFAULT_HEIGHT_PX
  if (!(widthPx >= 64 && heightPx >= 64 && widthPx <= 4096 && heightPx <= 4096)) {
    throw new RangeError(`picture of ${widthPx}×${heightPx} pixels; sides must be 64–4096`)
  }
  const drawn = sceneOf(request)
  const scene = isNearInfrared(request) ? nearInfraredScene(drawn) : drawn
  return { request, widthPx, heightPx, pose: poseOf(request, widthPx, heightPx), scene, gain: gainOf(request, scene) }
}

/** Auto exposure: brightens dark palms part of the way, then errs by the scene's stops. */
function gainOf(request: HandRequest, scene: Scene): number {
  const skin = skinOf(request.person)
  const { palm } = isNearInfrared(request) ? nearInfraredSkin(skin) : skin
  const level = 0.3 * palm[0] + 0.6 * palm[1] + 0.1 * palm[2]
  return 1.02 * (0.36 / level) ** 0.62 * 2 ** scene.exposureStops
}
