import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { enrolPalm, fusionOf, MODEL, modelVersionOf, ROTATION_KEY_BYTES, rotationOf } from '@paume/palm'
import type { Arguments } from './arguments.ts'
import { type MatcherResult, resultOf } from './evaluation.ts'
import { groupedRates } from './groups.ts'
import { identification } from './identification.ts'
import { fulfils, readManifest } from './manifest.ts'
import { codeTriangle, cosineTriangle, peerTriangle } from './matchers.ts'
import { reportHtml } from './report.ts'
import { type Acquire, type Acquired, acquireCut, acquireWhole, type StageMs } from './samples.ts'
import { ENROLLED_PICTURES, severalFrames, takenByPalm } from './several-frames.ts'
import { shortlistLoss } from './shortlist-loss.ts'
import { pairsOf, writeSimilarities } from './similarities.ts'
import { skinToneOf } from './skin-tone.ts'
import { stageTimes } from './stage-times.ts'
import { readStrangers } from './strangers.ts'
import { mustBeWhole, type Triangle } from './triangle.ts'

export type Say = (line: string) => void

/** Runs the protocol over one folder in visible light, writes similarities and report, and returns what `--json` prints. */
export async function evaluate(wanted: Arguments, say: Say) {
  if (wanted.band !== 'rgb') throw new RangeError('visible light says nothing of another band: see evaluateNir')
  const dataset = path.basename(path.resolve(wanted.dataset))
  const folder = path.join(wanted.out, dataset)
  await mkdir(folder, { recursive: true })

  const acquire = wanted.regions ? acquireCut(wanted.dataset, wanted.everyRegion) : await acquireWhole(wanted.dataset)
  const { acquired, failedToAcquire, images, stageMs } = await acquireAll(wanted, acquire, say)
  if (acquired.length < 2) throw new NothingToCompare(images, failedToAcquire)
  const entries = acquired.map(({ entry }) => entry)

  const { fused, experts } = await ourTriangles(acquired, stepwise(say, `${dataset}: comparing (ours)`))
  const resultFrom = async (name: string, triangle: Triangle) => {
    const pairs = pairsOf(entries, mustBeWhole(triangle, entries.length, name))
    await writeSimilarities(path.join(folder, `similarities-${name}.csv`), pairs)
    return resultOf(name, pairs, entries)
  }
  const ours = await resultFrom(modelVersionOf(MODEL), fused)
  const alone = [await resultFrom('code-alone', experts.code), await resultFrom('embedding-alone', experts.cosine)]
  const peers: MatcherResult[] = []
  for (const peer of wanted.peers) {
    const progress = stepwise(say, `${dataset}: comparing (${peer})`)
    peers.push(await resultFrom(peer, await peerTriangle(peer, acquired, { edcc: wanted.edcc, progress })))
  }

  const strangers = wanted.strangers
    ? await readStrangers(
        wanted.strangers,
        acquireCut(wanted.strangers),
        wanted.out,
        stepwise(say, 'enrolling strangers'),
      )
    : []
  const found = {
    dataset,
    palms: new Set(entries.map(({ palm }) => palm)).size,
    people: new Set(entries.map(({ person }) => person)).size,
    images,
    failedToAcquire: images - acquired.length,
    failedToAcquireByReason: failedToAcquire,
    failedToEnrol: await failureToEnrol(wanted, acquired),
    groups: groupedRates(
      pairsOf(entries, fused),
      entries,
      acquired.map(({ region }) => skinToneOf(region)),
    ),
    frames: severalFrames(acquired, fused),
    shortlist: shortlistLoss(acquired, strangers),
    identification: await identification(acquired, strangers, stepwise(say, `${dataset}: identifying`)),
    stageMs: stageTimes(stageMs),
  }
  const report = path.join(folder, 'report.html')
  await writeFile(report, reportHtml({ ...found, wanted, results: [ours, ...peers], experts: alone }))
  say(`report: ${report}`)
  const ratesByName = (results: readonly MatcherResult[]) =>
    Object.fromEntries(results.map(({ name, rates }) => [name, rates]))
  return {
    model: ours.name,
    ...found,
    ...ours.rates,
    experts: ratesByName(alone),
    det: ours.det,
    peers: ratesByName(peers),
    report,
  }
}

/** The product's 1:1 similarity, one frame against one template, and what each expert says alone. */
async function ourTriangles(acquired: readonly Acquired[], progress: (done: number) => void) {
  const code = await codeTriangle(acquired, progress)
  const cosine = cosineTriangle(acquired)
  const fuse = fusionOf(modelVersionOf(MODEL))
  const fused = code.map((similarity, i) => fuse({ code: similarity, cosine: cosine[i] }))
  return { fused, experts: { code, cosine } }
}

/** Palms whose first pictures the product would not enrol: too few usable ones, or not alike. */
async function failureToEnrol(wanted: Arguments, acquired: readonly Acquired[]): Promise<number> {
  const asked = (await readManifest(wanted.dataset)).filter((entry) => fulfils(entry, wanted.where))
  const rotation = rotationOf(new Uint8Array(ROTATION_KEY_BYTES), 1)
  const taken = takenByPalm(acquired)
  return [...new Set(asked.map(({ palm }) => palm))].filter((palm) => {
    const first = (taken.get(palm) ?? []).slice(0, ENROLLED_PICTURES).map((i) => acquired[i].sample)
    return enrolPalm(first, rotation).outcome !== 'enrolled'
  }).length
}

/** Fewer than two pictures could be used. */
export class NothingToCompare extends Error {
  readonly code = 'nothing_to_compare'
  constructor(images: number, reasons: Record<string, number>) {
    super(`Of ${images} pictures fewer than two could be used: ${JSON.stringify(reasons)}`)
    this.name = 'NothingToCompare'
  }
}

export async function acquireAll({ dataset, where }: Arguments, acquire: Acquire, say: Say) {
  const entries = (await readManifest(dataset)).filter((entry) => fulfils(entry, where))
  const tell = stepwise(say, `${path.basename(dataset)}: reading pictures`)
  const acquired: Acquired[] = []
  const failedToAcquire: Record<string, number> = {}
  const stageMs: StageMs[] = []
  for (const [i, entry] of entries.entries()) {
    const outcome = await acquire(entry)
    stageMs.push(outcome.stageMs)
    if ('reason' in outcome) failedToAcquire[outcome.reason] = (failedToAcquire[outcome.reason] ?? 0) + 1
    else acquired.push(outcome)
    tell((i + 1) / entries.length)
  }
  return { acquired, failedToAcquire, images: entries.length, stageMs }
}

/** Says how far something is, every tenth. */
export function stepwise(say: Say, what: string): (done: number) => void {
  let said = 0
  return (done) => {
    const tenths = Math.floor(done * 10 + 1e-9)
    if (tenths <= said) return
    said = tenths
    say(`${what} ${tenths * 10}%`)
  }
}
