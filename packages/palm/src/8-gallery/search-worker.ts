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
  for (let at = 0; at < request.queries.length; at += EMBEDDING_DIMS) {
    // usearch reads from the start of a buffer, whatever the view says: the query must own its buffer
    const query = request.queries.slice(at, at + EMBEDDING_DIMS)
    const { keys, distances } = exactSearch(vectors, query, EMBEDDING_DIMS, wanted, MetricKind.Cos, 1)
    for (let i = 0; i < keys.length; i++) {
      const row = Number(keys[i])
      const similarity = 1 - Number(distances[i])
      const before = nearest.get(owners[row])
      if (!before || before.similarity < similarity) nearest.set(owners[row], { row, similarity })
    }
  }
  return new Map([...nearest].sort(([, a], [, b]) => b.similarity - a.similarity).slice(0, request.palms))
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

/** Palms that were named, as near as their nearest template is to any query. */
function known(among: readonly KnownPalm[], { queries }: SearchRequest): Map<number, Near> {
  const views = Array.from({ length: queries.length / EMBEDDING_DIMS }, (_, i) =>
    queries.subarray(i * EMBEDDING_DIMS, (i + 1) * EMBEDDING_DIMS),
  )
  const nearness = (row: number) =>
    Math.max(...templatesOf(row).flatMap(({ vector }) => views.map((view) => cosineOf(vector, view))))
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
