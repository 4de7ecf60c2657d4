import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type HandNetworks, openHandNetworks } from '@paume/palm/measuring-liveness'
import { SPECIES } from '@paume/synthetic-hands'
import type { Say } from '../progress.ts'
import { fitWeights } from './fit-weights.ts'
import { KeptSigns } from './kept-signs.ts'
import { type LivenessArguments, parseLivenessArguments } from './liveness-arguments.ts'
import { type LivenessRates, livenessRates } from './liveness-rates.ts'
import { type LivenessPart, livenessHtml } from './liveness-report.ts'
import {
  attackWith,
  type Conditions,
  type Presentation,
  renderedHand,
  renderedPicture,
  twinOf,
} from './presentation.ts'
import { researchPictures } from './research-pictures.ts'
import type { Seen } from './seen-presentation.ts'

/** Seeds of what is measured; the weights were fitted to 1000…1999, and 5000…6999 served to find faults. */
const FIRST_SEED = 7000
/** A bright shop window to sun through glass, on the palm. */
const BRIGHT_LUX = [2000, 5000, 10000] as const

/** What `--json` prints. */
export type LivenessSummary = {
  flashed: LivenessRates
  unflashed: LivenessRates
  /** Bona fide only: how often bright light hides the flash. */
  bright: { ambientLux: number; rates: LivenessRates }[]
  datasets: { dataset: string; pictures: number; flashed: LivenessRates; unflashed: LivenessRates }[]
  report: string
}

/** The command: measures, or fits, and returns what is to be printed. Throws UsageError and ManifestUnusable. */
export async function measureLiveness(argv: readonly string[], say: Say): Promise<string> {
  const wanted = parseLivenessArguments(argv)
  const networks = await openHandNetworks()
  const signs = await KeptSigns.open(networks, wanted.signs)
  const result = wanted.fit
    ? await fitWeights(signs, wanted.people, say)
    : await evaluateLiveness(networks, signs, wanted, say)
  return `${JSON.stringify(result, null, wanted.json ? undefined : 2)}\n`
}

/** Measures stage 5 on rendered people, and on research pictures made into bursts; writes the report. */
export async function evaluateLiveness(
  networks: HandNetworks,
  signs: KeptSigns,
  wanted: LivenessArguments,
  say: Say,
): Promise<LivenessSummary> {
  const rates = async (what: string, presentations: readonly Presentation[]) => {
    const seen: Seen[] = []
    for (const [i, presentation] of presentations.entries()) {
      seen.push(await signs.see(presentation))
      if ((i + 1) % 25 === 0 || i + 1 === presentations.length) say(`${what}: ${i + 1} of ${presentations.length}`)
    }
    return livenessRates(seen)
  }
  const { people } = wanted
  const flashed = await rates('rendered people, flashed', rendered(people, true))
  const unflashed = await rates('rendered people, not flashed', rendered(people, false))
  const bright: LivenessSummary['bright'] = []
  for (const ambientLux of BRIGHT_LUX) {
    const hands = Array.from({ length: people }, (_, i) =>
      renderedHand(FIRST_SEED + i, { seed: FIRST_SEED + i, flashed: true, ambientLux }),
    )
    bright.push({ ambientLux, rates: await rates(`rendered people at ${ambientLux} lux`, hands) })
  }
  const datasets: LivenessSummary['datasets'] = []
  for (const folder of wanted.datasets) {
    const dataset = path.basename(path.resolve(folder))
    const shown = await withPictures(networks, folder, wanted)
    datasets.push({
      dataset,
      pictures: shown.pictures,
      flashed: await rates(`${dataset}, flashed`, shown.presentations(true)),
      unflashed: await rates(`${dataset}, not flashed`, shown.presentations(false)),
    })
  }
  await mkdir(wanted.out, { recursive: true })
  const report = path.join(wanted.out, 'liveness.html')
  const summary = { flashed, unflashed, bright, datasets, report }
  await writeFile(report, livenessHtml(partsOf(summary)))
  say(`report: ${report}`)
  return summary
}

/** Two bona fide presentations of each person, in relief and as the twin of a picture, and one of each species. */
function rendered(people: number, flashed: boolean): Presentation[] {
  return Array.from({ length: people }, (_, i) => FIRST_SEED + i).flatMap((seed) => {
    const conditions: Conditions = { seed, flashed }
    const picture = renderedPicture(seed, 1)
    const attacks = SPECIES.map((kind) => attackWith(kind, `rendered ${seed}`, picture, conditions))
    return [renderedHand(seed, conditions), twinOf(`rendered ${seed}`, picture, conditions), ...attacks]
  })
}

/** Twins of all pictures, attacks with every so many: an attacker needs one picture, a share of refused hands needs many. */
async function withPictures(networks: HandNetworks, folder: string, { pictures, attackPictures }: LivenessArguments) {
  const found = await researchPictures(networks, folder, pictures)
  const every = Math.max(1, Math.ceil(found.length / attackPictures))
  const presentations = (flashed: boolean) =>
    found.flatMap(({ entry, shown }, i) => {
      const conditions = { seed: FIRST_SEED + i, flashed, picture: `${path.basename(folder)}/${entry.file}` }
      const picture = () => shown
      const twin = twinOf(entry.palm, picture, conditions)
      if (i % every !== 0) return [twin]
      return [twin, ...SPECIES.map((kind) => attackWith(kind, entry.palm, picture, conditions))]
    })
  return { pictures: found.length, presentations }
}

function partsOf({ flashed, unflashed, bright, datasets }: LivenessSummary): LivenessPart[] {
  const simulated =
    'Real hands with simulated movement and a simulated answer to the flash; attacks made of the same pictures.'
  return [
    { title: 'Rendered people, screen flashes', note: 'Light on the palm 40 to 1000 lux.', rates: flashed },
    { title: 'Rendered people, no flash', note: 'Passive signs only.', rates: unflashed },
    ...bright.map(({ ambientLux, rates }) => ({
      title: `Rendered people, screen flashes, ${ambientLux} lux on the palm`,
      note: 'Hands only: how often bright light hides the flash.',
      rates,
    })),
    ...datasets.flatMap((set) => [
      { title: `${set.dataset}, screen flashes`, note: simulated, rates: set.flashed },
      { title: `${set.dataset}, no flash`, note: simulated, rates: set.unflashed },
    ]),
  ]
}
