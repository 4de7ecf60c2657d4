import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { TenantKey } from '../secrets.ts'
import type { OpenedPage } from './unsealing.ts'

/** More would wait for the database and for the event loop, which have one core each. */
const MOST_THREADS = 8

/** Threads that open pages of sealed templates, for as long as a gallery is loaded. */
export type UnsealPool = {
  readonly threads: number
  /** Takes the page's bytes away. Rejects when the thread ends instead of answering. */
  open(rows: ArrayBuffer): Promise<OpenedPage>
  close(): Promise<void>
}

export function createUnsealPool(tenantKeys: readonly TenantKey[]): UnsealPool {
  const threads = Math.min(MOST_THREADS, availableParallelism())
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('./unseal-worker.ts', import.meta.url), { workerData: { tenantKeys }, env: {} }),
  )
  /** Pages each worker still has to answer, in order. */
  const waiting = workers.map((): PromiseWithResolvers<OpenedPage>[] => [])
  let next = 0
  workers.forEach((worker, i) => {
    const fail = (error: Error) => {
      for (const page of waiting[i].splice(0)) page.reject(error)
    }
    worker.on('message', (page: OpenedPage) => waiting[i].shift()?.resolve(page))
    worker.on('error', fail)
    worker.on('exit', (code) => fail(new Error(`a thread that opens templates ended with ${code}`)))
  })
  return {
    threads,
    open(rows) {
      const page = Promise.withResolvers<OpenedPage>()
      waiting[next].push(page)
      workers[next].postMessage(rows, [rows])
      next = (next + 1) % threads
      return page.promise
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}
