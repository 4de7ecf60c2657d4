/** One network of the guide: where it lies in the package that ships it, and what its bytes must be. */
export type GuideModel = {
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
 * The small networks of Google's MediaPipe Hands (Apache-2.0), npm `@mediapipe/hands` 0.4.1675469240, for the guide in pages. Sizes and
 * offsets as its own loader script names them; digests taken from that release, so that an altered file is never served.
 */
export const GUIDE_MODELS = {
  palmDetector: {
    name: 'palm_detection_lite',
    file: 'hands_solution_packed_assets.data',
    offsetBytes: 2_341_291,
    sizeBytes: 1_985_440,
    sha256: 'e9a4aaddf90dda56a87235303cf00e4c2d3fb28725f68fd88772997dac905c18',
    inputShape: [1, 192, 192, 3],
  },
  handLandmarks: {
    name: 'hand_landmark_lite',
    file: 'hand_landmark_lite.tflite',
    offsetBytes: 0,
    sizeBytes: 2_071_408,
    sha256: 'd7fde8ac11f8ce03f8663775bfc323f4fc9f2a38062b4f4efa142874ef5b2a48',
    inputShape: [1, 224, 224, 3],
  },
} as const satisfies Record<string, GuideModel>
