import path from 'node:path'
import { parseArgs } from 'node:util'
import { MODEL, modelVersionOf } from '@paume/palm'
import { UsageError, understood } from './arguments.ts'
import { type Linkage, linkageOf, linkagePairs, type VectorLinkage, vectorLinkage } from './linkage.ts'
import { readManifest } from './manifest.ts'
import { type Acquired, acquireCut, acquireWhole } from './samples.ts'

export const LINKAGE_USAGE = 'npm run evaluate -- --linkage --dataset DIR [--regions] [--pictures N]'

export const asksForLinkage = (argv: readonly string[]) => argv.includes('--linkage')

export type LinkageReport = {
  dataset: string
  model: string
  pictures: number
  palms: number
  /** The compact vectors, rotated by each tenant's key. */
  vectors: VectorLinkage
  /** The orientation codes, which are sealed and not rotated: what linking is worth to whoever opens the seals of both tenants. */
  codesUnsealed: Linkage
}

/** Fewer palms or pictures of one palm than linking takes. */
export class NothingToLink extends Error {
  readonly code = 'nothing_to_link'
}

/** Measures how well two tenants' templates of one palm can be linked. Answers what is printed. */
export async function measureLinkage(argv: readonly string[], say: (line: string) => void): Promise<string> {
  const { dataset, regions, pictures } = parseLinkageArguments(argv)
  const acquire = regions ? acquireCut(dataset) : await acquireWhole(dataset)
  const acquired: Acquired[] = []
  // Every n-th palm's pictures stand together: whole palms are taken until there are enough pictures.
  for (const entry of await readManifest(dataset)) {
    if (acquired.length >= pictures) break
    const outcome = await acquire(entry)
    if (!('reason' in outcome)) acquired.push(outcome)
  }
  say(`${path.basename(dataset)}: linking ${acquired.length} pictures`)
  return `${JSON.stringify(linkageReport(path.basename(path.resolve(dataset)), acquired), null, 2)}\n`
}

export function linkageReport(dataset: string, acquired: readonly Acquired[]): LinkageReport {
  const palms = acquired.map(({ entry }) => entry.palm)
  const pairs = linkagePairs(palms)
  if (!pairs.some(({ mated }) => mated) || pairs.every(({ mated }) => mated)) {
    throw new NothingToLink('linking takes two pictures of one palm and pictures of two palms')
  }
  const { coder } = MODEL
  const probes = acquired.map(({ sample }) => coder.prepare(sample.field))
  return {
    dataset,
    model: modelVersionOf(MODEL),
    pictures: acquired.length,
    palms: new Set(palms).size,
    vectors: vectorLinkage(acquired.map(({ entry, sample }) => ({ palm: entry.palm, embedding: sample.embedding }))),
    codesUnsealed: linkageOf(pairs, ({ a, b }) => coder.compare(probes[a], acquired[b].sample.code)),
  }
}

function parseLinkageArguments(argv: readonly string[]) {
  const { values } = understood(() => parse(argv))
  if (!values.dataset) throw new UsageError('--dataset is missing')
  const pictures = Number(values.pictures ?? '400')
  if (!Number.isInteger(pictures) || pictures < 3) throw new UsageError('--pictures is a whole number from 3 on')
  return { dataset: values.dataset, regions: values.regions ?? false, pictures }
}

const parse = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    options: {
      linkage: { type: 'boolean' },
      dataset: { type: 'string' },
      regions: { type: 'boolean' },
      pictures: { type: 'string' },
    },
  })
