import type { Raster } from '../image.ts'
import type { Network } from '../networks/network.ts'
import type { Affine } from '../resample.ts'
import { DETECTOR_SIDE_PX, palmAnchors } from './anchors.ts'
import type { PalmBox, TurnedSquare } from './hand.ts'
import { networkInput, returnInput, squareToPicture } from './network-input.ts'
import { mergeOverlapping } from './suppression.ts'

/** Surer than this counts as a palm; MediaPipe's own default. */
export const MIN_PALM_CONFIDENCE = 0.5
const NUMBERS_PER_BOX = 18
const POINTS_PER_BOX = 7
const ANCHORS = palmAnchors()

/** The smallest upright square that holds the whole picture. */
export const wholePicture = ({ widthPx, heightPx }: Raster): TurnedSquare => ({
  centre: { x: widthPx / 2, y: heightPx / 2 },
  sidePx: Math.max(widthPx, heightPx),
  angleRad: 0,
})

/** Palms within a square of the picture, surest first. Boxes stay upright in the square's own frame only in their extent. */
export async function detectPalms(
  network: Network,
  picture: Raster,
  square: TurnedSquare = wholePicture(picture),
  minConfidence = MIN_PALM_CONFIDENCE,
): Promise<PalmBox[]> {
  const input = networkInput(picture, square, DETECTOR_SIDE_PX)
  const [boxes, logits] = await network.run(input)
  returnInput(input)
  const toPicture = squareToPicture(square, DETECTOR_SIDE_PX)
  return mergeOverlapping(decodePalms(boxes, logits, toPicture, minConfidence))
}

/** Network outputs → boxes in picture pixels. Offsets are in input pixels about the middle of each anchor. */
export function decodePalms(
  boxes: Float32Array,
  logits: Float32Array,
  toPicture: Affine,
  minConfidence: number,
): PalmBox[] {
  const [a, b, c, d, e, f] = toPicture
  const minLogit = Math.log(minConfidence / (1 - minConfidence))
  const found: PalmBox[] = []
  for (let i = 0; i < logits.length; i++) {
    if (logits[i] < minLogit) continue
    const at = i * NUMBERS_PER_BOX
    const place = (offset: number) => {
      const x = boxes[at + offset] + ANCHORS[2 * i] * DETECTOR_SIDE_PX
      const y = boxes[at + offset + 1] + ANCHORS[2 * i + 1] * DETECTOR_SIDE_PX
      return { x: a * x + b * y + c, y: d * x + e * y + f }
    }
    const centre = place(0)
    const scale = Math.hypot(a, d)
    const widthPx = boxes[at + 2] * scale
    const heightPx = boxes[at + 3] * scale
    found.push({
      box: { leftPx: centre.x - widthPx / 2, topPx: centre.y - heightPx / 2, widthPx, heightPx },
      points: Array.from({ length: POINTS_PER_BOX }, (_, k) => place(4 + 2 * k)),
      confidence: 1 / (1 + Math.exp(-logits[i])),
    })
  }
  return found
}
