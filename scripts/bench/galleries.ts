import { randomFillSync } from 'node:crypto'
import {
  EMBEDDING_DIMS,
  MODEL,
  modelVersionOf,
  openGalleries,
  type ProtectedProbe,
  type ProtectedTemplate,
  type Rotation,
} from '@paume/palm'
import { percentile } from '../demo/tally.ts'

export type GalleryFigures = {
  organisations: number
  palms: number
  templates: number
  /** Memory that the process takes more than before, all of it, MiB, and what of it the vectors and codes are by themselves. */
  memoryMiB: number
  contentMiB: number
  putMs: number
  /** A search in the gallery of one organisation, in that and the network's, and in everybody's at once, rescoring and message included. */
  own: Times
  ownAndNetwork: Times
  network: Times
}
type Times = { p50Ms: number; p95Ms: number }

const TEMPLATES_A_PALM = 3
const NETWORK_PALMS = 100_000
const ROUNDS = 150
const WARM_UP = 10
const MIB = 1_048_576

const bytes = (length: number): Uint8Array => randomFillSync(new Uint8Array(length))
/** Chance numbers of −127…127. */
function vector(): Int8Array {
  const made = new Int8Array(bytes(EMBEDDING_DIMS).buffer)
  for (let i = made.indexOf(-128); i >= 0; i = made.indexOf(-128, i)) made[i] = -127
  return made
}
const made = (rotation: Pick<Rotation, 'epoch' | 'id'>) => ({
  modelVersion: modelVersionOf(MODEL),
  rotationEpoch: rotation.epoch,
  rotationId: rotation.id,
})

/**
 * Galleries of so many organisations of 500 palms beside the network's of 100,000. With none, the same palms lie in one gallery: what it
 * costs to keep them apart.
 */
export async function benchGalleries(organisations: number, palmsEach: number): Promise<GalleryFigures> {
  const rotationOf = (galleryId: string) => ({ epoch: 0, id: galleryId.padEnd(12, '-') })
  globalThis.gc?.()
  const before = process.memoryUsage()
  const galleries = openGalleries({ rotationOf })
  const templates = (galleryId: string): ProtectedTemplate[] =>
    Array.from({ length: TEMPLATES_A_PALM }, () => ({
      embedding: vector() as ProtectedTemplate['embedding'],
      code: bytes(MODEL.coder.codeBytes) as ProtectedTemplate['code'],
      ...made(rotationOf(galleryId)),
    }))
  let putMs = 0
  let people = 0
  const fill = (galleryId: string, palms: number) => {
    for (let i = 0; i < palms; i++, people++) {
      const palm = {
        palmId: `plm_${people}`,
        shopperId: `shp_${people}`,
        hand: 'L' as const,
        templates: templates(galleryId),
      }
      const startMs = performance.now()
      galleries.put(galleryId, palm)
      putMs += performance.now() - startMs
    }
  }
  const ids = Array.from({ length: organisations }, (_, i) => `org_${i}`)
  for (const id of ids) fill(id, palmsEach)
  fill('network', NETWORK_PALMS)
  const probes = (galleryIds: readonly string[]): ProtectedProbe[] => {
    const frames = [1, 2, 3].map(() => ({
      embedding: vector() as ProtectedProbe['embedding'],
      field: bytes(MODEL.coder.fieldBytes) as ProtectedProbe['field'],
    }))
    return galleryIds.flatMap((id) => frames.map((frame) => ({ ...frame, quality: 1, ...made(rotationOf(id)) })))
  }
  const timed = async (galleryIdsOf: (round: number) => string[]): Promise<Times> => {
    const times: number[] = []
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      const galleryIds = galleryIdsOf(Math.abs(round))
      const asked = probes(galleryIds)
      const startMs = performance.now()
      await galleries.among(galleryIds).search(asked)
      if (round >= 0) times.push(performance.now() - startMs)
    }
    return { p50Ms: percentile(times, 0.5), p95Ms: percentile(times, 0.95) }
  }
  const orgOf = (round: number) => ids[round % Math.max(1, ids.length)] ?? 'network'
  const own = await timed((round) => [orgOf(round)])
  const ownAndNetwork = await timed((round) => [...new Set([orgOf(round), 'network'])])
  const network = await timed(() => ['network'])
  globalThis.gc?.()
  const after = process.memoryUsage()
  const figures = {
    organisations,
    palms: galleries.palms,
    templates: galleries.size,
    memoryMiB: (after.rss - before.rss) / MIB,
    contentMiB: (galleries.size * (EMBEDDING_DIMS + MODEL.coder.codeBytes)) / MIB,
    putMs,
    own,
    ownAndNetwork,
    network,
  }
  await galleries.close()
  return figures
}
