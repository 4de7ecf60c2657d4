import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  analyseFrame,
  DEFAULT_POLICY,
  enrolPalm,
  identify,
  MODEL,
  modelVersionOf,
  openGallery,
  type PalmSample,
  PictureError,
  protectProbe,
  rotationOf,
  stopwatch,
  thresholdFor,
} from '@paume/palm'
import { escapeHtml } from './parts.ts'

/** The search of one run is under a key of its own that nobody keeps. */
const ROTATION = rotationOf(crypto.getRandomValues(new Uint8Array(32)), 1)
/** Pictures of each palm that enrol it, as in the demo. */
const PICTURES_PER_PALM = 3
const CANDIDATES_SHOWN = 8

type Experts = Parameters<typeof analyseFrame>[0]
type Entry = { file: string; palm: string; person: string }

/** Enrols the palms of a folder (manifest.csv and pictures), searches for the sample, and tells it as HTML. */
export async function searchPart(
  experts: Experts,
  folder: string,
  sample: PalmSample,
  hand: 'L' | 'R',
): Promise<string> {
  const gallery = openGallery({ rotationEpoch: ROTATION.epoch })
  try {
    const failed: string[] = []
    for (const [palm, entries] of await palmsOf(folder)) {
      const seen = await samplesOf(experts, folder, entries)
      const enrolment = enrolPalm(
        seen.map((one) => one.sample),
        ROTATION,
      )
      if (enrolment.outcome === 'not_alike') failed.push(palm)
      else {
        const shopperId = entries[0].person
        gallery.put({ palmId: palm, shopperId, hand: seen[0].hand, templates: enrolment.templates })
      }
    }
    const candidates = await gallery.search([protectProbe(sample, ROTATION)])
    const decision = await identify({ gallery, rotation: ROTATION }, [{ hand, samples: [sample] }])
    const rows = candidates
      .slice(0, CANDIDATES_SHOWN)
      .map(
        ({ palmId, hand: side, shortlistSimilarity, similarity }) =>
          `<tr><th>${escapeHtml(palmId)}</th><td>${side}</td><td class="figure">${shortlistSimilarity.toFixed(3)}</td><td class="figure">${similarity.toFixed(2)}</td></tr>`,
      )
    const named = decision.outcome === 'identified' ? ` as ${escapeHtml(decision.palmId)}` : ''
    const { requiredNats, requiredMarginNats } = decision.evidence
    const needed = thresholdFor(gallery.palms, DEFAULT_POLICY.targetFpir, modelVersionOf(MODEL))
    return `<p class="verdict">${decision.outcome.replace('_', ' ')}${named}</p>
<p class="soft">${gallery.palms} palms enrolled, ${failed.length} failed. One palm alone needs a similarity of ${needed.toFixed(2)}, that is ${requiredNats.toFixed(1)} nats against chance, and a lead of ${requiredMarginNats} nats over the next person. Similarities stay on this page; no till ever gets one.</p>
<div class="scroll"><table><thead><tr><th>palm</th><th>hand</th><th>shortlist</th><th>similarity</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
  } finally {
    await gallery.close()
  }
}

/** The first pictures of each palm, in the order of the manifest. */
async function palmsOf(folder: string): Promise<Map<string, Entry[]>> {
  const palms = new Map<string, Entry[]>()
  let columns: string[] | null = null
  for await (const line of createInterface(createReadStream(join(folder, 'manifest.csv')))) {
    const cells = line.split(',')
    if (columns === null) {
      columns = cells
      continue
    }
    const of = (name: string) => cells[columns?.indexOf(name) ?? -1] ?? ''
    const entries = palms.get(of('palm')) ?? []
    if (entries.length < PICTURES_PER_PALM) entries.push({ file: of('file'), palm: of('palm'), person: of('person') })
    palms.set(of('palm'), entries)
  }
  return palms
}

async function samplesOf(experts: Experts, folder: string, entries: readonly Entry[]) {
  const samples: { sample: PalmSample; hand: 'L' | 'R' }[] = []
  for (const { file } of entries) {
    try {
      const bytes = await readFile(join(folder, file))
      const options = { expectedHand: null, previous: null, search: 'thorough' } as const
      const analysis = await analyseFrame(experts, bytes, options, stopwatch())
      if (analysis.outcome === 'good') samples.push({ sample: analysis.sample, hand: analysis.hand.hand })
    } catch (error) {
      if (!(error instanceof PictureError)) throw error
    }
  }
  return samples
}
