import path from 'node:path'
import type { Arguments } from './arguments.ts'
import { type MatcherResult, resultOf } from './evaluation.ts'
import { fulfils, readManifest } from './manifest.ts'
import { peerTriangle } from './matchers.ts'
import { type Say, stepwise } from './progress.ts'
import { type Acquire, type Acquired, acquireAll } from './samples.ts'
import { pairsOf, writeSimilarities } from './similarities.ts'
import { mustBeWhole, type Triangle } from './triangle.ts'

/** Fewer than two pictures could be used. */
export class NothingToCompare extends Error {
  readonly code = 'nothing_to_compare'
  constructor(images: number, reasons: Record<string, number>) {
    super(`Of ${images} pictures fewer than two could be used: ${JSON.stringify(reasons)}`)
    this.name = 'NothingToCompare'
  }
}

/** The pictures of `wanted` that give a template, and who is on them. Throws NothingToCompare. */
export async function acquireSet({ dataset: folder, where }: Arguments, acquire: Acquire, say: Say) {
  const dataset = path.basename(path.resolve(folder))
  const asked = (await readManifest(folder)).filter((entry) => fulfils(entry, where))
  const tell = stepwise(say, `${dataset}: reading pictures`)
  const { acquired, failedToAcquire, stageMs } = await acquireAll(asked, acquire, tell)
  if (acquired.length < 2) throw new NothingToCompare(asked.length, failedToAcquire)
  const entries = acquired.map(({ entry }) => entry)
  const counts = {
    palms: new Set(entries.map(({ palm }) => palm)).size,
    people: new Set(entries.map(({ person }) => person)).size,
    images: asked.length,
    failedToAcquire: asked.length - acquired.length,
    failedToAcquireByReason: failedToAcquire,
  }
  return { asked, acquired, entries, stageMs, counts }
}

type Compared = { acquired: readonly Acquired[]; folder: string }

/** One matcher's similarities of all pairs, kept in `folder` and rated. Rejects with TriangleBroken. */
export async function rated(name: string, triangle: Triangle, { acquired, folder }: Compared): Promise<MatcherResult> {
  const entries = acquired.map(({ entry }) => entry)
  const pairs = pairsOf(entries, mustBeWhole(triangle, entries.length, name))
  await writeSimilarities(path.join(folder, `similarities-${name}.csv`), pairs)
  return resultOf(name, pairs, entries)
}

/** The same of every peer that was asked for. Rejects with PeerUnavailable. */
export async function ratedPeers({ dataset, peers, edcc }: Arguments, compared: Compared, say: Say) {
  const results: MatcherResult[] = []
  for (const peer of peers) {
    const progress = stepwise(say, `${path.basename(path.resolve(dataset))}: comparing (${peer})`)
    results.push(await rated(peer, await peerTriangle(peer, compared.acquired, { edcc, progress }), compared))
  }
  return results
}

const byName = (results: readonly MatcherResult[]) =>
  Object.fromEntries(results.map(({ name, rates }) => [name, rates]))

/** What `--json` prints of verification: our rates, each of our experts alone, the peers. */
export const verificationOf = (
  ours: MatcherResult,
  experts: readonly MatcherResult[],
  peers: readonly MatcherResult[],
) => ({ ...ours.rates, experts: byName(experts), det: ours.det, peers: byName(peers) })
