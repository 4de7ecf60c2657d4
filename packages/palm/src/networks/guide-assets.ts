import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { readChecked } from './checked-file.ts'
import { GUIDE_MODELS, type GuideModel } from './guide-models.ts'
import { ModelMissingError } from './network.ts'

const require = createRequire(import.meta.url)

/**
 * What a server offers to pages so that their guide runs: LiteRT's folder, and the small networks as checked bytes. Throws
 * ModelMissingError.
 */
export function guideAssets(): { liteRtFolder: string; palmDetector: Uint8Array; handLandmarks: Uint8Array } {
  return {
    liteRtFolder: join(folderOf('@litertjs/core', 'litert'), '..', 'wasm'),
    palmDetector: readGuideModel(GUIDE_MODELS.palmDetector),
    handLandmarks: readGuideModel(GUIDE_MODELS.handLandmarks),
  }
}

export function readGuideModel(
  { name, file, offsetBytes, sizeBytes, sha256 }: GuideModel,
  folder: string = folderOf('@mediapipe/hands', name),
): Uint8Array {
  return readChecked({ name, path: join(folder, file), offsetBytes, sizeBytes, sha256 })
}

/** Where npm put what the package starts with. */
function folderOf(packageName: string, model: string): string {
  try {
    return dirname(require.resolve(packageName))
  } catch (cause) {
    throw new ModelMissingError(model, `the package ${packageName} is not installed`, { cause })
  }
}
