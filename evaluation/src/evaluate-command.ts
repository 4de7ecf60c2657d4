import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { enrolPalm, fusionOf, MODEL, modelVersionOf, ROTATION_KEY_BYTES, rotationOf } from '@paume/palm'
import type { Arguments } from './arguments.ts'
import { groupedRates } from './groups.ts'
import { identification } from './identification.ts'
import type { Entry } from './manifest.ts'
import { codeTriangle, cosineTriangle } from './matchers.ts'
import { type Say, stepwise } from './progress.ts'
import { reportHtml } from './report.ts'
import { type Acquired, acquireCut, acquireWhole } from './samples.ts'
import { ENROLLED_PICTURES, severalFrames, takenByPalm } from './several-frames.ts'
import { shortlistLoss } from './shortlist-loss.ts'
import { pairsOf } from './similarities.ts'
import { skinToneOf } from './skin-tone.ts'
import { stageTimes } from './stage-times.ts'
import { readStrangers } from './strangers.ts'
import { acquireSet, rated, ratedPeers, verificationOf } from './verification.ts'

/** Runs the protocol over one folder in visible light, writes similarities and report, and returns what `--json` prints. */
export async function evaluate(wanted: Arguments, say: Say) {
  if (wanted.band !== 'rgb') throw new RangeError('visible light says nothing of another band: see evaluateNir')
  const dataset = path.basename(path.resolve(wanted.dataset))
  const folder = path.join(wanted.out, dataset)
  await mkdir(folder, { recursive: true })

  const acquire = wanted.regions ? acquireCut(wanted.dataset, wanted.everyRegion) : await acquireWhole(wanted.dataset)
  const { asked, acquired, entries, stageMs, counts } = await acquireSet(wanted, acquire, say)
  const compared = { acquired, folder }

  const { fused, experts } = await ourTriangles(acquired, stepwise(say, `${dataset}: comparing (ours)`))
  const ours = await rated(modelVersionOf(MODEL), fused, compared)
  const alone = [
    await rated('code-alone', experts.code, compared),
    await rated('embedding-alone', experts.cosine, compared),
  ]
  const peers = await ratedPeers(wanted, compared, say)

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
    ...counts,
    failedToEnrol: failureToEnrol(asked, acquired),
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
  return { model: ours.name, ...found, ...verificationOf(ours, alone, peers), report }
}

/** The product's 1:1 similarity, one frame against one template, and what each expert says alone. */
async function ourTriangles(acquired: readonly Acquired[], progress: (done: number) => void) {
  const code = await codeTriangle(acquired, progress)
  const cosine = cosineTriangle(acquired.map(({ sample }) => sample.embedding))
  const fuse = fusionOf(modelVersionOf(MODEL))
  const fused = code.map((similarity, i) => fuse({ code: similarity, cosine: cosine[i] }))
  return { fused, experts: { code, cosine } }
}

/** Palms whose first pictures the product would not enrol: too few usable ones, or not alike. */
function failureToEnrol(asked: readonly Entry[], acquired: readonly Acquired[]): number {
  const rotation = rotationOf(new Uint8Array(ROTATION_KEY_BYTES), 1)
  const taken = takenByPalm(acquired)
  return [...new Set(asked.map(({ palm }) => palm))].filter((palm) => {
    const first = (taken.get(palm) ?? []).slice(0, ENROLLED_PICTURES).map((i) => acquired[i].sample)
    return enrolPalm(first, rotation).outcome !== 'enrolled'
  }).length
}
