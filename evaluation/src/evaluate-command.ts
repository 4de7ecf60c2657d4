import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Arguments } from './arguments.ts'
import { compCodePeer } from './compcode.ts'
import { evaluateMatcher, type MatcherResult } from './evaluation.ts'
import { readManifest } from './manifest.ts'
import { ours } from './ours.ts'
import { reportHtml } from './report.ts'
import { type Acquire, type Acquired, acquireCut, acquireWhole } from './samples.ts'
import { shortlistLoss } from './shortlist-loss.ts'

export type Say = (line: string) => void

/** Runs the protocol over one folder, writes similarities and report, and returns what `--json` prints. */
export async function evaluate(wanted: Arguments, say: Say) {
  const dataset = path.basename(path.resolve(wanted.dataset))
  const folder = path.join(wanted.out, dataset)
  await mkdir(folder, { recursive: true })

  const acquire = wanted.regions ? acquireCut(wanted.dataset) : await acquireWhole(wanted.dataset)
  const { acquired, failedToAcquire, images } = await acquireAll(wanted.dataset, acquire, say)
  if (acquired.length < 2) throw new NothingToCompare(images, failedToAcquire)
  const strangers = wanted.strangers
    ? (await acquireAll(wanted.strangers, acquireCut(wanted.strangers), say)).acquired
    : []

  const entries = acquired.map(({ entry }) => entry)
  const results: MatcherResult[] = []
  for (const matcher of [ours(acquired), ...(wanted.peer === 'compcode' ? [compCodePeer(acquired)] : [])]) {
    results.push(
      await evaluateMatcher(matcher, entries, folder, stepwise(say, `${dataset}: comparing (${matcher.name})`)),
    )
  }
  const shortlist = shortlistLoss(acquired, strangers)
  const palms = new Set(entries.map(({ palm }) => palm)).size
  const report = path.join(folder, 'report.html')
  await writeFile(report, reportHtml({ dataset, palms, images, failedToAcquire, results, shortlist }))
  say(`report: ${report}`)
  const [{ name, rates, det }, ...peers] = results
  return {
    dataset,
    model: name,
    palms,
    images,
    failedToAcquire: images - acquired.length,
    failedToAcquireByReason: failedToAcquire,
    ...rates,
    shortlist,
    det,
    peers: Object.fromEntries(peers.map((peer) => [peer.name, peer.rates])),
    report,
  }
}

/** Fewer than two pictures could be used. */
export class NothingToCompare extends Error {
  readonly code = 'nothing_to_compare'
  constructor(images: number, reasons: Record<string, number>) {
    super(`Of ${images} pictures fewer than two could be used: ${JSON.stringify(reasons)}`)
    this.name = 'NothingToCompare'
  }
}

async function acquireAll(folder: string, acquire: Acquire, say: Say) {
  const entries = await readManifest(folder)
  const tell = stepwise(say, `${path.basename(folder)}: reading pictures`)
  const acquired: Acquired[] = []
  const failedToAcquire: Record<string, number> = {}
  for (const [i, entry] of entries.entries()) {
    const outcome = await acquire(entry)
    if ('reason' in outcome) failedToAcquire[outcome.reason] = (failedToAcquire[outcome.reason] ?? 0) + 1
    else acquired.push(outcome)
    tell((i + 1) / entries.length)
  }
  return { acquired, failedToAcquire, images: entries.length }
}

/** Says how far something is, every tenth. */
function stepwise(say: Say, what: string): (done: number) => void {
  let said = 0
  return (done) => {
    const tenths = Math.floor(done * 10 + 1e-9)
    if (tenths <= said) return
    said = tenths
    say(`${what} ${tenths * 10}%`)
  }
}
