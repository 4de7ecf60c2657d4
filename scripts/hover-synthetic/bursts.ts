import type { Analysis, Recogniser } from '@paume/palm'
import { type Hand, renderBurst } from '@paume/synthetic-hands'
import { encodeJpeg } from '@paume/synthetic-hands/node'

/** What a page sends: frames in a burst, time between them, quality of the pictures. */
const FRAMES = 3
const INTERVAL_MS = 120
const JPEG_QUALITY = 90

/** Bursts by what came of them, and the codes that refused ones were refused with. */
export type Tally = { bursts: number; good: number; wrongHand: number; refusals: Record<string, number> }
export const newTally = (): Tally => ({ bursts: 0, good: 0, wrongHand: 0, refusals: {} })

export type Wanted = { person: number; view: number; hand: Hand; difficulty: number }

/** Renders a burst, sends it through the recogniser and counts what came of it. */
export async function analyseSynthetic(recogniser: Recogniser, wanted: Wanted, tally: Tally): Promise<Analysis> {
  const rendered = renderBurst({ ...wanted, frames: FRAMES, intervalMs: INTERVAL_MS })
  const frames = await Promise.all(
    rendered.map(async ({ raster }, index) => ({
      bytes: await encodeJpeg(raster, JPEG_QUALITY),
      offsetMs: index * INTERVAL_MS,
      screenColour: null,
    })),
  )
  const analysis = await recogniser.analyse(frames, { expectedHand: null, flash: null })
  tally.bursts++
  if (analysis.outcome === 'good') {
    tally.good++
    if (analysis.hand !== wanted.hand) tally.wrongHand++
    return analysis
  }
  for (const { code, measure } of analysis.guidance) {
    const name = measure ? `${code} (${measure})` : code
    tally.refusals[name] = (tally.refusals[name] ?? 0) + 1
  }
  return analysis
}
