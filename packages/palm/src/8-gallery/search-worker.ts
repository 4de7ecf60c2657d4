import { parentPort, workerData } from 'node:worker_threads'
import usearch from 'usearch'
import { CODE_WORDS } from '../6-embedding/code-planes.ts'
import { cosineOf, EMBEDDING_DIMS, type OrientationCode, type OrientationField } from '../6-embedding/embedding.ts'
import { NIR_DIMS } from '../6-embedding/nir-embedding.ts'
import { coderOf } from '../7-protection/protect.ts'
import { fusedBy } from './fusion.ts'
import { rescore, type StoredTemplate } from './rescore.ts'
import type { Found, KnownPalm, SearchReply, SearchRequest, SearchThreadData } from './search-messages.ts'

const { exactSearch, MetricKind } = usearch
const { rows: shared, modelVersion } = workerData as SearchThreadData
const coder = coderOf(modelVersion)

type Near = { row: number; similarity: number }

/** The nearest row of each of the `palms` nearest palms. Exact: enough rows are asked for that no palm is crowded out. */
function shortlist(request: SearchRequest): Map<number, Near> {
  const owners = new Uint32Array(shared.owners, 0, request.rows)
  const vectors = new Int8Array(shared.vectors, 0, request.rows * EMBEDDING_DIMS)
  const wanted = Math.min(request.rows, request.palms * request.mostPerPalm)
  const nearest = new Map<number, Near>()
  // usearch reads from the start of a buffer, whatever the view says: the query must own its buffer
  const query = request.query.slice()
  const { keys, distances } = exactSearch(vectors, query, EMBEDDING_DIMS, wanted, MetricKind.Cos, 1)
  // Nearest first: the first row of a palm is its nearest.
  for (let i = 0; i < keys.length && nearest.size < request.palms; i++) {
    const row = Number(keys[i])
    if (!nearest.has(owners[row])) nearest.set(owners[row], { row, similarity: 1 - Number(distances[i]) })
  }
  return nearest
}

/** Templates of the palm that a row belongs to. */
function templatesOf(first: number): StoredTemplate[] {
  const next = new Uint32Array(shared.next)
  const nir = new Int8Array(shared.nir)
  const templates: StoredTemplate[] = []
  let row = first
  do {
    templates.push({
      vector: new Int8Array(shared.vectors, row * EMBEDDING_DIMS, EMBEDDING_DIMS),
      code: new Uint8Array(shared.codes, row * CODE_WORDS * 4, CODE_WORDS * 4) as OrientationCode,
      nir: nirOf(nir, row),
    })
    row = next[row]
  } while (row !== first)
  return templates
}

/** Null where a template has none: its place is empty, or none of the gallery has one. */
function nirOf(all: Int8Array, row: number): Int8Array | null {
  const nir = all.subarray(row * NIR_DIMS, (row + 1) * NIR_DIMS)
  return nir.some((value) => value !== 0) ? nir : null
}

/** Palms that were named, as near as their nearest template is to the query. */
function known(among: readonly KnownPalm[], { query }: SearchRequest): Map<number, Near> {
  const nearness = (row: number) => Math.max(...templatesOf(row).map(({ vector }) => cosineOf(vector, query)))
  return new Map(among.map(({ serial, row }) => [serial, { row, similarity: nearness(row) }]))
}

function search(request: SearchRequest): Found[] {
  const nearest = [...(request.among === null ? shortlist(request) : known(request.among, request))]
  if (request.frames.length === 0) {
    return nearest.map(([serial, { similarity }]) => ({ serial, shortlistSimilarity: similarity, similarity: 0 }))
  }
  const frames = request.frames.map(({ vector, field, weight, nir }) => ({
    vector,
    field: field as OrientationField,
    weight,
    nir,
  }))
  const rescored = rescore(frames, nearest, ([, { row }]) => templatesOf(row), {
    coder,
    fuse: fusedBy(request.weights),
    nirWeights: request.nirWeights,
  })
  return rescored.map(({ palm: [serial, near], similarity }) => ({
    serial,
    shortlistSimilarity: near.similarity,
    similarity,
  }))
}

parentPort?.on('message', (request: SearchRequest) => {
  let reply: SearchReply
  try {
    reply = { id: request.id, found: search(request) }
  } catch (error) {
    reply = { id: request.id, failed: error instanceof Error ? error.message : String(error) }
  }
  parentPort?.postMessage(reply)
})
