import {
  EMBEDDING_DIMS,
  MODEL,
  modelVersionOf,
  openGallery,
  type ProtectedEmbedding,
  type ProtectedTemplate,
} from '@paume/palm'
import usearch from 'usearch'
import { percentile } from '../demo/tally.ts'

const { exactSearch, MetricKind } = usearch

export type SearchFigures = { templates: number; p50Ms: number; p95Ms: number; usearchP50Ms: number; ratio: number }

/** Templates of one palm; the gallery asks usearch for 50 times as many rows, and so does the peer. */
const TEMPLATES_PER_PALM = 4
const SHORTLIST_PALMS = 50
const SIZES = [10_000, 100_000, 1_000_000]
const ROUNDS: Record<number, number> = { 10000: 200, 100000: 60, 1000000: 25 }

/** A small fast generator (mulberry32): the same bytes on every machine. */
function bytesFrom(seed: number): (into: Uint8Array) => void {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return t ^ (t >>> 14)
  }
  return (into) => {
    for (let i = 0; i < into.length; i++) into[i] = next()
  }
}

/** Fills both: our gallery, and one array for the peer with the same bytes. */
function fill(templates: number) {
  const random = bytesFrom(templates)
  const peer = new Int8Array(templates * EMBEDDING_DIMS)
  random(new Uint8Array(peer.buffer))
  for (let i = 0; i < peer.length; i++) if (peer[i] === -128) peer[i] = -127
  const gallery = openGallery({ rotationEpoch: 0, capacityTemplates: templates })
  // The code is not looked at by the shortlist; one for all saves a gigabyte that would only be copied.
  const code = new Uint8Array(MODEL.coder.codeBytes) as ProtectedTemplate['code']
  const modelVersion = modelVersionOf(MODEL)
  for (let row = 0; row < templates; row += TEMPLATES_PER_PALM) {
    gallery.put({
      palmId: `palm-${row}`,
      shopperId: `shopper-${row}`,
      hand: 'R',
      templates: Array.from({ length: TEMPLATES_PER_PALM }, (_, i) => ({
        embedding: peer.subarray(
          (row + i) * EMBEDDING_DIMS,
          (row + i + 1) * EMBEDDING_DIMS,
        ) as Int8Array as ProtectedEmbedding,
        code,
        modelVersion,
        rotationEpoch: 0,
      })),
    })
  }
  return { gallery, peer, random }
}

/** Shortlist of 50 palms by one vector, ours (in its worker, message and all) and usearch's own call, in turn; of galleries of at most so many. */
export async function benchSearch(most: number, onSize: (templates: number) => void): Promise<SearchFigures[]> {
  const figures: SearchFigures[] = []
  for (const templates of SIZES.filter((size) => size <= most)) {
    onSize(templates)
    const { gallery, peer, random } = fill(templates)
    const rows = SHORTLIST_PALMS * TEMPLATES_PER_PALM
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = -3; round < ROUNDS[templates]; round++) {
      const query = new Int8Array(EMBEDDING_DIMS)
      random(new Uint8Array(query.buffer))
      const ourStartMs = performance.now()
      const found = await gallery.shortlist(query as ProtectedEmbedding)
      const ourMs = performance.now() - ourStartMs
      const theirStartMs = performance.now()
      const { keys } = exactSearch(peer, query, EMBEDDING_DIMS, rows, MetricKind.Cos, 1)
      const theirMs = performance.now() - theirStartMs
      const nearest = `palm-${Math.floor(Number(keys[0]) / TEMPLATES_PER_PALM) * TEMPLATES_PER_PALM}`
      if (found[0]?.palmId !== nearest)
        throw new Error(`The shortlist and usearch disagree: ${found[0]?.palmId}, ${nearest}.`)
      if (round < 0) continue // warm-up
      ours.push(ourMs)
      theirs.push(theirMs)
    }
    await gallery.close()
    const p50Ms = percentile(ours, 0.5)
    const usearchP50Ms = percentile(theirs, 0.5)
    figures.push({ templates, p50Ms, p95Ms: percentile(ours, 0.95), usearchP50Ms, ratio: p50Ms / usearchP50Ms })
  }
  return figures
}
