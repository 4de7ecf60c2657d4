/** One network: where it lies in the package that ships it, and what its bytes must be. */
export type ModelFile = {
  name: string
  /** Path inside the npm package `@mediapipe/hands`. */
  file: string
  /** First byte within the file; the packed file holds several networks one after the other. */
  offsetBytes: number
  sizeBytes: number
  sha256: string
  inputShape: readonly [number, number, number, number]
}

/**
 * Google's MediaPipe Hands (Apache-2.0), npm `@mediapipe/hands` 0.4.1675469240. Sizes and offsets as its own loader
 * script names them; digests taken from that release, so that an altered file never runs.
 */
export const MODELS = {
  palmDetectorFull: {
    name: 'palm_detection_full',
    file: 'hands_solution_packed_assets.data',
    offsetBytes: 11,
    sizeBytes: 2_341_280,
    sha256: '2f25e740121983f68ffc05f99991d524dc0ea812134f6316a26125816941ee85',
    inputShape: [1, 192, 192, 3],
  },
  palmDetectorLite: {
    name: 'palm_detection_lite',
    file: 'hands_solution_packed_assets.data',
    offsetBytes: 2_341_291,
    sizeBytes: 1_985_440,
    sha256: 'e9a4aaddf90dda56a87235303cf00e4c2d3fb28725f68fd88772997dac905c18',
    inputShape: [1, 192, 192, 3],
  },
  handLandmarksFull: {
    name: 'hand_landmark_full',
    file: 'hand_landmark_full.tflite',
    offsetBytes: 0,
    sizeBytes: 5_478_688,
    sha256: '8c026882c9ec059ce0f8e75266bee5a9a23c341a40e0000df755374d3d1b9b68',
    inputShape: [1, 224, 224, 3],
  },
  handLandmarksLite: {
    name: 'hand_landmark_lite',
    file: 'hand_landmark_lite.tflite',
    offsetBytes: 0,
    sizeBytes: 2_071_408,
    sha256: 'd7fde8ac11f8ce03f8663775bfc323f4fc9f2a38062b4f4efa142874ef5b2a48',
    inputShape: [1, 224, 224, 3],
  },
} as const satisfies Record<string, ModelFile>
export type ModelKey = keyof typeof MODELS
