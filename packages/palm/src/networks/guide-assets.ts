import { liteRtFolder } from './litert-node.ts'
import { readModel } from './model-files.ts'

/** What a server offers to pages so that their guide runs: LiteRT's folder, and the small networks as checked bytes. */
export function guideAssets(): { liteRtFolder: string; palmDetector: Uint8Array; handLandmarks: Uint8Array } {
  return {
    liteRtFolder: liteRtFolder(),
    palmDetector: readModel('palmDetectorLite'),
    handLandmarks: readModel('handLandmarksLite'),
  }
}
