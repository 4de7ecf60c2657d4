import { Worker } from 'node:worker_threads'
import { GalleryUnavailable } from './gallery.ts'
import type { SharedRows } from './rows.ts'
import type { Found, SearchReply, SearchRequest, SearchThreadData } from './search-messages.ts'

/** A search of a million templates takes tens of milliseconds; one that takes this long hangs. */
const DEADLINE_MS = 10_000

export type SearchThread = {
  run(request: Omit<SearchRequest, 'id'>): Promise<Found[]>
  close(): Promise<void>
}

type Running = { id: number; resolve(found: Found[]): void; reject(error: Error): void; timer: NodeJS.Timeout }

/**
 * One worker that searches, one request at a time. It keeps nothing of its own: when it fails, the request in it is
 * rejected as unavailable and the next one starts a fresh worker on the same memory.
 */
export function searchThread(
  rows: SharedRows,
  modelVersion: string,
  workerUrl = new URL('./search-worker.ts', import.meta.url),
): SearchThread {
  let worker: Worker | null = null
  let running: Running | null = null
  let lastId = 0
  let closed = false

  function finish(): Running | null {
    const ended = running
    running = null
    if (ended) clearTimeout(ended.timer)
    return ended
  }

  function failed(of: Worker, error: Error): void {
    if (worker !== of) return
    worker = null
    void of.terminate()
    finish()?.reject(new GalleryUnavailable('The search thread failed.', { cause: error }))
  }

  function start(): Worker {
    const started = new Worker(workerUrl, {
      workerData: { rows, modelVersion } satisfies SearchThreadData,
      execArgv: [],
      env: {},
    })
    started.unref()
    started.on('message', (reply: SearchReply) => {
      if (reply.id !== running?.id) return
      if ('found' in reply) finish()?.resolve([...reply.found])
      else finish()?.reject(new GalleryUnavailable(`The search failed: ${reply.failed}`))
    })
    started.on('error', (error: Error) => failed(started, error))
    started.on('exit', (code) => failed(started, new Error(`the search thread ended with ${code}`)))
    return started
  }

  return {
    run(request) {
      if (closed) return Promise.reject(new GalleryUnavailable('The gallery is closed.'))
      if (running) throw new Error('one search at a time')
      worker ??= start()
      const searching = worker
      const id = ++lastId
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => failed(searching, new Error('the search took too long')), DEADLINE_MS)
        running = { id, resolve, reject, timer }
        searching.postMessage({ id, ...request } satisfies SearchRequest)
      })
    },
    async close() {
      closed = true
      const ending = worker
      worker = null
      finish()?.reject(new GalleryUnavailable('The gallery was closed.'))
      await ending?.terminate()
    },
  }
}
