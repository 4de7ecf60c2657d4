import path from 'node:path'
import { MODEL, modelVersionOf } from '@paume/palm'
import type { CalibrateArguments, CalibrationSet } from './calibrate-arguments.ts'
import { type ExpertPair, expertPairs, peopleOf } from './expert-pairs.ts'
import { fitFusion, fuse as fuseBy } from './fusion-fit.ts'
import { conservative, fitTail, similarityAt, type TailFit } from './impostor-tail.ts'
import { type Entry, readManifest } from './manifest.ts'
import { eer, fnmrAtFmr, split } from './metrics.ts'
import type { Say } from './progress.ts'
import { acquireAll, acquireCut, acquireWhole } from './samples.ts'

/** The FMR that the heaviest tail is chosen at: what 1,000 palms of five templates need for an FPIR of 1e-4. */
const CHOSEN_AT_FMR = 2e-8
/** A set with fewer people does not decide over thresholds; its figures are reported. */
const LEAST_PEOPLE = 50

type ComparedSet = { readonly name: string; readonly entries: readonly Entry[]; readonly pairs: readonly ExpertPair[] }

/** Fits the fusion to people who do not exist and the tail of strangers to real ones. */
export async function calibrate(wanted: CalibrateArguments, say: Say) {
  const synthetic = await Promise.all(wanted.synthetic.map((set) => compared(set, wanted.mostStrangers, say)))
  const pairs = synthetic.flatMap((set) => set.pairs)
  const real: ComparedSet[] = []
  for (const set of wanted.real) real.push(await compared(set, wanted.mostStrangers, say))
  const judging = real.filter(({ entries }) => peopleOf(entries).count >= LEAST_PEOPLE)
  const { offset, code, cosine, vectorShare } = fitFusion(
    pairs,
    judging.map((set) => set.pairs),
  )
  const genuine = pairs.filter((pair) => pair.genuine).length
  const palms = synthetic.reduce((sum, { entries }) => sum + new Set(entries.map(({ palm }) => palm)).size, 0)
  const fusion = {
    offset: rounded(offset),
    code: rounded(code),
    cosine: rounded(cosine),
    fittedTo: `${palms} palms of people who do not exist: ${genuine} genuine and ${pairs.length - genuine} impostor pairs; ${vectorShare} of the weight of the vector kept`,
  }
  const fuse = (pair: ExpertPair) => fuseBy(fusion, pair)

  const sets = real.map((set) => measured(set, fuse))
  const eligible = sets.flatMap(({ name, tail }) =>
    tail !== null && tail.people >= LEAST_PEOPLE ? [{ name, tail, drawnOn: conservative(tail) }] : [],
  )
  if (eligible.length === 0)
    throw new CannotCalibrate(
      `no set has ${LEAST_PEOPLE} people and 20,000 pairs of strangers: without them no threshold`,
    )
  const heaviest = eligible.toSorted(
    (a, b) => similarityAt(b.drawnOn, CHOSEN_AT_FMR) - similarityAt(a.drawnOn, CHOSEN_AT_FMR),
  )[0]
  const { start, startFmr, scale, shape } = heaviest.drawnOn
  const impostorTail = {
    start: rounded(start),
    startFmr,
    scale: rounded(scale),
    shape: rounded(shape),
    measuredOn: describe(heaviest.name, heaviest.tail),
  }
  return {
    model: modelVersionOf(MODEL),
    fusion,
    impostorTail,
    synthetic: synthetic.map((s) => measured(s, fuse)),
    sets,
  }
}

/** The sets do not hold what a calibration needs; the message says what. */
export class CannotCalibrate extends Error {
  readonly code = 'cannot_calibrate'
}

async function compared({ folder, isCut }: CalibrationSet, mostStrangers: number, say: Say): Promise<ComparedSet> {
  const name = path.basename(path.resolve(folder))
  const acquire = isCut ? acquireCut(folder) : await acquireWhole(folder)
  const entries = await readManifest(folder)
  const { acquired, failedToAcquire } = await acquireAll(entries, acquire, () => {})
  if (acquired.length < 2)
    throw new CannotCalibrate(
      `of ${entries.length} pictures of ${name} fewer than two could be used: ${JSON.stringify(failedToAcquire)}`,
    )
  say(`${name}: ${acquired.length} of ${entries.length} pictures, comparing`)
  return { name, entries: acquired.map(({ entry }) => entry), pairs: expertPairs(acquired, mostStrangers) }
}

/** Rates of each expert and of both, and the tail of strangers of the fused similarity. */
function measured({ name, entries, pairs }: ComparedSet, fuse: (pair: ExpertPair) => number) {
  const { personOf, count } = peopleOf(entries)
  const strangers = pairs
    .filter((pair) => !pair.genuine)
    .map((pair) => ({ one: personOf[pair.a], other: personOf[pair.b], similarity: fuse(pair) }))
  const rates = (similarityOf: (pair: ExpertPair) => number) => {
    const sides = split(
      pairs.filter((pair) => pair.genuine).map(similarityOf),
      pairs.filter((pair) => !pair.genuine).map(similarityOf),
    )
    return { eer: eer(sides), fnmrAt1e3: fnmrAtFmr(sides, 1e-3), fnmrAt1e4: fnmrAtFmr(sides, 1e-4) }
  }
  return {
    name,
    code: rates((pair) => pair.code),
    cosine: rates((pair) => pair.cosine),
    fused: rates(fuse),
    tail: fitTail(strangers, count),
  }
}

const rounded = (value: number) => Number(value.toFixed(5))

function describe(name: string, { pairs, people, meanExcess, meanExcessInterval, shape, shapeInterval }: TailFit) {
  const [low, high] = meanExcessInterval.map((value) => value.toFixed(3))
  const [flat, heavy] = shapeInterval.map((value) => value.toFixed(2))
  return `${name}: ${pairs} pairs of ${people} strangers; mean excess ${meanExcess.toFixed(3)} (${low} to ${high}), shape ${shape.toFixed(2)} (${flat} to ${heavy})`
}
