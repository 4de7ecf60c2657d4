import { parentPort, workerData } from 'node:worker_threads'
import { CODE_WORDS } from '../6-embedding/code-planes.ts'
import { cosineOf, EMBEDDING_DIMS, type OrientationCode, type OrientationField } from '../6-embedding/embedding.ts'
import { NIR_DIMS } from '../6-embedding/nir-embedding.ts'
import { coderOf } from '../7-protection/protect.ts'
import { fusedBy } from './fusion.ts'
import { type Near, nearestRows } from './nearest-rows.ts'
import { rescore, type StoredTemplate } from './rescore.ts'
import { ROWS_A_PART, rowsOfPart, type SharedRows } from './rows.ts'
import type {
  Found,
  KnownPalm,
  SearchMessage,
  SearchReply,
  SearchRequest,
  SearchThreadData,
} from './search-messages.ts'

const { modelVersion } = workerData as SearchThreadData
/** The galleries, by the numbers they were told with. */
const galleries = new Map<number, SharedRows>()
const coder = coderOf(modelVersion)

/** The nearest row of each of the `palms` nearest palms. Exact: enough rows are asked for that no palm is crowded out. */
function shortlist(shared: SharedRows, request: SearchRequest): Map<number, Near> {
  const owners = new Uint32Array(shared.owners, 0, request.rows)
  const wanted = Math.min(request.rows, request.palms * request.mostPerPalm)
  const nearest = new Map<number, Near>()
  // Nearest first: the first row of a palm is its nearest.
  for (const { row, similarity } of nearestRows(partsOf(shared, request.rows), request.query, wanted)) {
    if (nearest.size === request.palms) break
    if (!nearest.has(owners[row])) nearest.set(owners[row], { row, similarity })
  }
  return nearest
}

/** The vectors of all rows in use. */
function partsOf(shared: SharedRows, rows: number): Int8Array[] {
  const inUse = shared.vectors.slice(0, Math.ceil(rows / ROWS_A_PART))
  return inUse.map((vectors, part) => new Int8Array(vectors, 0, rowsOfPart(part, rows) * EMBEDDING_DIMS))
}

const vectorOf = (shared: SharedRows, row: number) =>
  new Int8Array(shared.vectors[Math.floor(row / ROWS_A_PART)], (row % ROWS_A_PART) * EMBEDDING_DIMS, EMBEDDING_DIMS)

/** Templates of the palm that a row belongs to. */
function templatesOf(shared: SharedRows, first: number): StoredTemplate[] {
  const next = new Uint32Array(shared.next)
  const nir = new Int8Array(shared.nir)
  const templates: StoredTemplate[] = []
  let row = first
  do {
    templates.push({
      vector: vectorOf(shared, row),
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
function known(shared: SharedRows, among: readonly KnownPalm[], { query }: SearchRequest): Map<number, Near> {
  const nearness = (row: number) => Math.max(...templatesOf(shared, row).map(({ vector }) => cosineOf(vector, query)))
  return new Map(among.map(({ serial, row }) => [serial, { row, similarity: nearness(row) }]))
}

function search(request: SearchRequest): Found[] {
  const shared = galleries.get(request.of)
  if (!shared) throw new Error('that gallery is not known')
  const nearest = [...(request.among === null ? shortlist(shared, request) : known(shared, request.among, request))]
  if (request.frames.length === 0) {
    return nearest.map(([serial, { similarity }]) => ({ serial, shortlistSimilarity: similarity, similarity: 0 }))
  }
  const frames = request.frames.map(({ vector, field, weight, nir }) => ({
    vector,
    field: field as OrientationField,
    weight,
    nir,
  }))
  const rescored = rescore(frames, nearest, ([, { row }]) => templatesOf(shared, row), {
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

parentPort?.on('message', (message: SearchMessage) => {
  if ('know' in message) galleries.set(message.know, message.rows)
  else if ('forget' in message) galleries.delete(message.forget)
  else answer(message)
})

function answer(request: SearchRequest): void {
  let reply: SearchReply
  try {
    reply = { id: request.id, found: search(request) }
  } catch (error) {
    reply = { id: request.id, failed: error instanceof Error ? error.message : String(error) }
  }
  parentPort?.postMessage(reply)
}
