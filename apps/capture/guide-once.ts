import { type HandGuide, openHandGuide } from '@paume/camera'

/** Where the server keeps what the guide loads: LiteRT's runtime and the two small networks. */
const FILES = {
  wasmUrl: '/litert/',
  modelUrls: { palmDetector: '/models/palm_detection_lite.tflite', handLandmarks: '/models/hand_landmark_lite.tflite' },
}

let opening: Promise<HandGuide> | null = null

/** The guide of this page, loaded once and kept warm. */
export function guideOnce(): Promise<HandGuide> {
  opening ??= openHandGuide(FILES)
  return opening
}
