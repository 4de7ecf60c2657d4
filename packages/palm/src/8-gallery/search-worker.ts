import { parentPort, workerData } from 'node:worker_threads'
import usearch from 'usearch'
import { CODE_WORDS } from '../6-embedding/code-planes.ts'
import {
  EMBEDDING_DIMS,
  type OrientationCode,
  type OrientationField,
  type PreparedProbe,
} from '../6-embedding/embedding.ts'
import { coderOf } from '../7-protection/protect.ts'
import type { Found, SearchReply, SearchRequest, SearchThreadData } from './search-messages.ts'

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

/** The best template of each frame, then the mean over frames. */
function rescored(probes: readonly PreparedProbe[], first: number): number {
  const next = new Uint32Array(shared.next)
  const bestOfFrame = new Float64Array(probes.length)
  let row = first
  do {
    const code = new Uint8Array(shared.codes, row * CODE_WORDS * 4, CODE_WORDS * 4) as OrientationCode
    probes.forEach((probe, frame) => {
      bestOfFrame[frame] = Math.max(bestOfFrame[frame], coder.compare(probe, code))
    })
    row = next[row]
  } while (row !== first)
  return bestOfFrame.reduce((sum, similarity) => sum + similarity, 0) / probes.length
}

function search(request: SearchRequest): Found[] {
  const nearest = shortlist(request)
  const probes = request.fields.map((field) => coder.prepare(field as OrientationField))
  const found = [...nearest].map(([serial, { row, similarity }]) => ({
    serial,
    shortlistSimilarity: similarity,
    similarity: probes.length > 0 ? rescored(probes, row) : 0,
  }))
  return probes.length > 0 ? found.sort((a, b) => b.similarity - a.similarity) : found
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
