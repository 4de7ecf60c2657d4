import { guideAssets } from '@paume/palm'
import type { Config } from './config.ts'
import type { PageAssets } from './http/pages.ts'

/** The guide's networks and runtime for the pages. Throws ModelMissingError. */
export function pageAssets(config: Config): PageAssets {
  const { liteRtFolder, palmDetector, handLandmarks } = guideAssets()
  const models = { 'palm_detection_lite.tflite': palmDetector, 'hand_landmark_lite.tflite': handLandmarks }
  return { pagesDir: config.pagesDir, liteRtDir: liteRtFolder, models }
}

export async function createPalmEngine(): Promise<never> {
  throw new Error('wip')
}
