import { analyseFrame, openFrameExperts, type PalmSample, stopwatch } from '@paume/palm'
import { type HandRequest, renderHand, type Truth } from '@paume/synthetic-hands'
import { encodeJpeg } from '@paume/synthetic-hands/node'

/** Quality of the pictures that a page sends. */
const JPEG_QUALITY = 90

/** What stages 1 to 6 made of one rendered hand, beside what is known of it. */
export type Seen = {
  truth: Truth
  difficulty: number
  /** Null where no open palm was found; then `refusals` says why. */
  found: { hand: 'L' | 'R'; meanErrorWidths: number } | null
  /** Empty for a good picture. */
  refusals: { code: string; measure: string; value: number | null }[]
  sample: PalmSample | null
}

export type SyntheticRequest = HandRequest & { difficulty: number }

/** Renders one hand, sends it through the stages as JPEG, and compares what was found with what was drawn. */
export async function openSyntheticAcquisition(): Promise<(request: SyntheticRequest) => Promise<Seen>> {
  const experts = await openFrameExperts()
  const options = { expectedHand: null, previous: null, search: 'thorough' } as const
  return async (request) => {
    const { raster, truth } = renderHand(request)
    const bytes = await encodeJpeg(raster, JPEG_QUALITY)
    const analysis = await analyseFrame(experts, bytes, options, stopwatch())
    const { hand } = analysis
    return {
      truth,
      difficulty: request.difficulty,
      found: hand && { hand: hand.hand, meanErrorWidths: meanErrorWidths(hand.landmarks, truth) },
      refusals:
        analysis.outcome === 'good'
          ? []
          : analysis.guidance.map(({ code, measure, value }) => ({
              code,
              measure: measure ?? '',
              value: value ?? null,
            })),
      sample: analysis.outcome === 'good' ? analysis.sample : null,
    }
  }
}

/** Mean distance of the 21 points from where they were drawn, in palm widths |5−17|. */
function meanErrorWidths(landmarks: readonly { x: number; y: number }[], truth: Truth): number {
  const distances = landmarks.map(({ x, y }, i) => Math.hypot(x - truth.landmarks[i].xPx, y - truth.landmarks[i].yPx))
  return distances.reduce((sum, distance) => sum + distance, 0) / distances.length / truth.palmWidthPx
}
