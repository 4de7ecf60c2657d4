import {
  analyseFrame,
  cosineOf,
  type NirModel,
  nirModel,
  nirNameOf,
  openFrameExperts,
  type PalmSample,
  stopwatch,
} from '@paume/palm'
import type { HandRequest } from '@paume/synthetic-hands'
import { renderHand } from '@paume/synthetic-hands'
import { encodeJpeg } from '@paume/synthetic-hands/node'
import { BandUnavailable } from './arguments.ts'
import { eer, fnmrAtFmr, split } from './metrics.ts'
import { fitNir, type NirPair } from './nir-fit.ts'

/** People of these seeds are drawn for nothing else. */
const FIRST_PERSON = 70_001
const OPTIONS = { expectedHand: null, previous: null, search: 'thorough' } as const

type Drawn = { readonly palm: number; readonly sample: PalmSample }

/**
 * Fits what the cosine of the near-infrared head is worth to hands that do not exist, drawn in both bands and looked at as a server
 * does. Throws BandUnavailable where `models.json` lists no head.
 */
export async function calibrateNir(
  { palms, views }: { palms: number; views: number },
  say: (line: string) => void = () => {},
  model: NirModel | null = nirModel(),
) {
  if (model === null) throw new BandUnavailable('nir')
  const drawn = await drawPalms(palms, views, model, say)
  const pairs = nirPairs(drawn)
  const genuine = pairs.filter((pair) => pair.genuine)
  const strangers = pairs.filter((pair) => !pair.genuine)
  const seen = new Set(drawn.map(({ palm }) => palm)).size
  const fitted = fitNir(pairs, (seen * (seen - 1)) / 2)
  const sides = split(
    genuine.map(({ cosine }) => cosine),
    strangers.map(({ cosine }) => cosine),
  )
  return {
    name: nirNameOf(model),
    weights: {
      offset: rounded(fitted.offset),
      cosine: rounded(fitted.cosine),
      most: rounded(fitted.most),
      fittedTo: `${seen} palms of people who do not exist: ${genuine.length} genuine and ${strangers.length} impostor pairs`,
    },
    pictures: { drawn: palms * views, used: drawn.length },
    head: { eer: eer(sides), fnmrAt1e3: fnmrAtFmr(sides, 1e-3) },
    /** Among strangers, of the cosines of both bands: the fusion takes them for independent. */
    correlation: correlation(strangers),
  }
}

type BothBands = NirPair & { readonly visible: number }

function nirPairs(drawn: readonly Drawn[]): BothBands[] {
  return drawn.flatMap((a, i) =>
    drawn.slice(0, i).map((b) => ({
      genuine: a.palm === b.palm,
      cosine: cosineOf(a.sample.nir!.embedding, b.sample.nir!.embedding),
      visible: cosineOf(a.sample.embedding, b.sample.embedding),
    })),
  )
}

async function drawPalms(palms: number, views: number, model: NirModel, say: (line: string) => void): Promise<Drawn[]> {
  const experts = await openFrameExperts(undefined, model)
  const drawn: Drawn[] = []
  for (let palm = 0; palm < palms; palm++) {
    for (let view = 1; view <= views; view++) {
      const request = { person: FIRST_PERSON + palm, hand: palm % 2 === 0 ? 'R' : 'L', view, difficulty: 0.3 } as const
      const nir = await photo({ ...request, band: 'near-infrared' })
      const seen = await analyseFrame(experts, await photo(request), { ...OPTIONS, nir }, stopwatch())
      if (seen.outcome === 'good' && seen.sample.nir) drawn.push({ palm, sample: seen.sample })
    }
    if ((palm + 1) % 10 === 0) say(`${palm + 1} of ${palms} palms drawn`)
  }
  return drawn
}

const photo = (request: HandRequest) => encodeJpeg(renderHand(request).raster)

function correlation(pairs: readonly BothBands[]): number {
  const mean = (of: (pair: BothBands) => number) => pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length
  const [x, y] = [mean(({ cosine }) => cosine), mean(({ visible }) => visible)]
  const covariance = mean(({ cosine, visible }) => (cosine - x) * (visible - y))
  const spread = mean(({ cosine }) => (cosine - x) ** 2) * mean(({ visible }) => (visible - y) ** 2)
  return spread === 0 ? 0 : covariance / Math.sqrt(spread)
}

const rounded = (value: number) => Number(value.toFixed(5))
