import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type NirModel, nirModel, nirNameOf } from '@paume/palm'
import { type Arguments, BandUnavailable } from './arguments.ts'
import { codeTriangle, cosineTriangle } from './matchers.ts'
import { acquireNir } from './nir-samples.ts'
import { type Say, stepwise } from './progress.ts'
import { nirReportHtml } from './report-nir.ts'
import { stageTimes } from './stage-times.ts'
import { acquireSet, rated, ratedPeers, verificationOf } from './verification.ts'

/**
 * The same protocol for pictures read as near infrared: verification by the near-infrared head, and beside it by the orientation code
 * of the same regions. Nobody is enrolled or identified by near infrared alone, so there is no more to report. Throws
 * BandUnavailable where there is no head.
 */
export async function evaluateNir(wanted: Arguments, say: Say, model: NirModel | null = nirModel()) {
  if (model === null) throw new BandUnavailable(wanted.band)
  const dataset = path.basename(path.resolve(wanted.dataset))
  const folder = path.join(wanted.out, `${dataset}-nir`)
  await mkdir(folder, { recursive: true })
  const { regions, everyRegion } = wanted
  const acquire = await acquireNir(model, { folder: wanted.dataset, regions, everyRegion })
  const { acquired, stageMs, counts } = await acquireSet(wanted, acquire, say)
  const compared = { acquired, folder }

  const vectors = acquired.map(({ sample }) => sample.nir!.embedding)
  const ours = await rated(nirNameOf(model), cosineTriangle(vectors), compared)
  const progress = stepwise(say, `${dataset}: comparing (code)`)
  const alone = [await rated('code-alone', await codeTriangle(acquired, progress), compared)]
  const peers = await ratedPeers(wanted, compared, say)
  const found = { dataset, band: wanted.band, ...counts, stageMs: stageTimes(stageMs) }
  const report = path.join(folder, 'report.html')
  await writeFile(report, nirReportHtml({ ...found, results: [ours, ...peers], experts: alone }))
  say(`report: ${report}`)
  return { model: ours.name, ...found, ...verificationOf(ours, alone, peers), report }
}
