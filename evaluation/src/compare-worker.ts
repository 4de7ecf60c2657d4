import { parentPort, workerData } from 'node:worker_threads'
import { type Comparison, rowComparer } from './compare-row.ts'
import { placeOf } from './triangle.ts'

/** Rows first, first + step … of one triangle, which all threads share. */
export type Share = { comparison: Comparison; triangle: Float32Array; first: number; step: number }

const { comparison, triangle, first, step } = workerData as Share
const compareRow = rowComparer(comparison)
for (let a = first; a < comparison.pictures; a += step) {
  if (a === 0) continue
  compareRow(a, triangle.subarray(placeOf(a, 0), placeOf(a, 0) + a))
  parentPort?.postMessage(a)
}
