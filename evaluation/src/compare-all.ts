import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type Comparison, rowComparer } from './compare-row.ts'
import type { Share } from './compare-worker.ts'
import { placeOf, type Triangle, trianglePairs } from './triangle.ts'

/** Pairs that are worth a thread of their own: below, starting it takes longer than comparing. */
const PAIRS_A_THREAD = 20_000

/** Compares every pair of pictures, on as many threads as pay. `progress` hears the share done, 0…1. */
export async function compareAll(comparison: Comparison, progress: (done: number) => void): Promise<Triangle> {
  const { pictures } = comparison
  const pairs = trianglePairs(pictures)
  const threads = Math.min(availableParallelism(), Math.ceil(pairs / PAIRS_A_THREAD))
  const triangle = new Float32Array(new SharedArrayBuffer(pairs * Float32Array.BYTES_PER_ELEMENT))
  let done = 0
  const tell = (a: number) => {
    done += a
    progress(done / pairs)
  }
  if (threads < 2) {
    const compareRow = rowComparer(comparison)
    for (let a = 1; a < pictures; a++) {
      compareRow(a, triangle.subarray(placeOf(a, 0), placeOf(a, 0) + a))
      tell(a)
    }
    return triangle
  }
  await Promise.all(
    Array.from({ length: threads }, (_, first) => runShare({ comparison, triangle, first, step: threads }, tell)),
  )
  return triangle
}

function runShare(share: Share, tell: (a: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./compare-worker.ts', import.meta.url), { workerData: share })
    worker.on('message', tell)
    worker.on('error', reject)
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a comparing thread ended with ${code}`))))
  })
}
