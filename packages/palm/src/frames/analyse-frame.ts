import { decodePicture } from '../1-capture/decode.ts'
import type { TurnedSquare } from '../2-landmarks/hand.ts'
import { locate } from '../2-landmarks/locate.ts'
import { cut } from '../3-region/cut.ts'
import { assess, frameQuality } from '../4-quality/assess.ts'
import { guidanceOf } from '../4-quality/measure.ts'
import { checkFrame } from '../5-liveness/checks.ts'
import { assessLines } from '../6-embedding/assess-lines.ts'
import type { Coder, Embedder } from '../6-embedding/embedding.ts'
import type { NirEmbedder } from '../6-embedding/nir-embedding.ts'
import type { HandNetworks } from '../networks/network.ts'
import type { Trace } from '../trace.ts'
import { earlierSamples } from './earlier-samples.ts'
import type { FrameAnalysis, FrameOptions } from './frame.ts'
import { guidanceOfLocated, wrongHand } from './guidance-of.ts'
import { nirSampleOf } from './nir-sample.ts'

/** What the stages of a frame work with. `nir`: the near-infrared head, where there is one. */
export type FrameExperts = { networks: HandNetworks; embedder: Embedder; coder: Coder; nir?: NirEmbedder | null }

/**
 * Stages 1 to 6 over one frame. Throws PictureError; everything else that can be wrong with a picture is an outcome. `onFound` hears
 * where the hand is as soon as it is known, for the other frames of the burst.
 */
export async function analyseFrame(
  { networks, embedder, coder, nir: nirHead = null }: FrameExperts,
  bytes: Uint8Array,
  { expectedHand, previous, search, earlierModels = [], nir = null }: FrameOptions,
  trace: Trace,
  onFound: (square: TurnedSquare) => void = () => {},
): Promise<FrameAnalysis> {
  const { stageMs } = trace

  const picture = await trace.time('capture', () => decodePicture(bytes))
  trace.record('capture', 'picture', picture)

  const located = await trace.time('landmarks', () =>
    locate(networks, picture, { previous, search, onSquare: onFound }),
  )
  trace.record('landmarks', 'located', located)
  if (located.outcome !== 'found') {
    return {
      outcome: 'refused',
      guidance: [guidanceOfLocated(located)],
      hand: null,
      region: null,
      evidence: null,
      stageMs,
    }
  }
  const { hand } = located
  onFound(hand.square)

  const region = trace.time('region', () => cut(picture, hand))
  trace.record('region', 'region', region)
  if (expectedHand !== null && hand.hand !== expectedHand) {
    return { outcome: 'refused', guidance: [wrongHand(expectedHand)], hand, region, evidence: null, stageMs }
  }

  const quality = trace.time('quality', () => assess(region, hand, picture))
  trace.record('quality', 'measures', quality)

  const { measures: liveness, evidence } = trace.time('liveness', () => checkFrame({ picture, hand, region }))
  trace.record('liveness', 'measures', liveness)

  const failed = [...quality, ...liveness].filter((measure) => !measure.ok)
  if (failed.length > 0) {
    return { outcome: 'refused', guidance: failed.map(guidanceOf), hand, region, evidence, stageMs }
  }

  const lines = trace.time('embedding', () => assessLines(region))
  trace.record('embedding', 'lines', lines)
  if (!lines.ok) return { outcome: 'refused', guidance: [guidanceOf(lines)], hand, region, evidence, stageMs }

  const sample = await trace.time('embedding', async () => ({
    embedding: (await embedder.embed([region]))[0],
    code: coder.code(region),
    field: coder.field(region),
    quality: frameQuality(quality),
    earlier: await earlierSamples(region, earlierModels),
    ...(nirHead && nir ? await nirSampleOf(nirHead, nir, { picture, hand }) : {}),
  }))
  trace.record('embedding', 'sample', sample)
  return { outcome: 'good', hand, region, evidence, sample, stageMs }
}
