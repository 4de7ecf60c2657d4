import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { cosineOf, type NirModel, nirModel, nirNameOf } from '@paume/palm'
import { type Arguments, BandUnavailable } from './arguments.ts'
import { acquireAll, NothingToCompare, type Say, stepwise } from './evaluate-command.ts'
import { type MatcherResult, resultOf } from './evaluation.ts'
import { codeTriangle, peerTriangle } from './matchers.ts'
import { acquireNir } from './nir-samples.ts'
import { nirReportHtml } from './report-nir.ts'
import type { Acquired } from './samples.ts'
import { pairsOf, writeSimilarities } from './similarities.ts'
import { stageTimes } from './stage-times.ts'
import { mustBeWhole, placeOf, type Triangle, trianglePairs } from './triangle.ts'

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
  const { acquired, failedToAcquire, images, stageMs } = await acquireAll(wanted, acquire, say)
  if (acquired.length < 2) throw new NothingToCompare(images, failedToAcquire)
  const entries = acquired.map(({ entry }) => entry)

  const resultFrom = async (name: string, triangle: Triangle): Promise<MatcherResult> => {
    const pairs = pairsOf(entries, mustBeWhole(triangle, entries.length, name))
    await writeSimilarities(path.join(folder, `similarities-${name}.csv`), pairs)
    return resultOf(name, pairs, entries)
  }
  const ours = await resultFrom(nirNameOf(model), nirTriangle(acquired))
  const progress = stepwise(say, `${dataset}: comparing (code)`)
  const alone = [await resultFrom('code-alone', await codeTriangle(acquired, progress))]
  const peers: MatcherResult[] = []
  for (const peer of wanted.peers) {
    peers.push(await resultFrom(peer, await peerTriangle(peer, acquired, { edcc: wanted.edcc, progress })))
  }
  const found = {
    dataset,
    band: wanted.band,
    palms: new Set(entries.map(({ palm }) => palm)).size,
    people: new Set(entries.map(({ person }) => person)).size,
    images,
    failedToAcquire: images - acquired.length,
    failedToAcquireByReason: failedToAcquire,
    stageMs: stageTimes(stageMs),
  }
  const report = path.join(folder, 'report.html')
  await writeFile(report, nirReportHtml({ ...found, results: [ours, ...peers], experts: alone }))
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

function nirTriangle(acquired: readonly Acquired[]): Triangle {
  const triangle = new Float32Array(trianglePairs(acquired.length))
  for (let a = 1; a < acquired.length; a++) {
    for (let b = 0; b < a; b++) {
      triangle[placeOf(a, b)] = cosineOf(acquired[a].sample.nir!.embedding, acquired[b].sample.nir!.embedding)
    }
  }
  return triangle
}
