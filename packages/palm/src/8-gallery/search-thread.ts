import { Worker } from 'node:worker_threads'
import { GalleryUnavailable } from './gallery.ts'
import type { SharedRows } from './rows.ts'
import type { Found, SearchMessage, SearchReply, SearchRequest, SearchThreadData } from './search-messages.ts'

/** A search of a million templates takes tens of milliseconds; one that takes this long hangs. */
const DEADLINE_MS = 10_000

/** What is asked about the rows of one gallery. */
export type Search = Omit<SearchRequest, 'id' | 'of'>

/** Searches the galleries of one model, one after the other in the order in which they were asked for. */
export type SearchThread = {
  run(rows: SharedRows, search: Search): Promise<Found[]>
  /** Lets go of a gallery's memory. */
  forget(rows: SharedRows): void
  close(): Promise<void>
}

type Asked = { rows: SharedRows; search: Search; resolve(found: Found[]): void; reject(error: Error): void }
type Running = Asked & { id: number; timer: NodeJS.Timeout }
/** A worker and the galleries it knows: by which number, and how many parts of their vectors. */
type Started = { worker: Worker; known: Map<SharedRows, { number: number; parts: number }> }

/**
 * One worker that searches all galleries of a model. It keeps nothing of its own: when it fails, the search in it is
 * rejected as unavailable and the next one starts a fresh worker on the same memory.
 */
export function searchThread(
  modelVersion: string,
  workerUrl = new URL('./search-worker.ts', import.meta.url),
): SearchThread {
  const waiting: Asked[] = []
  let started: Started | null = null
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
    if (started?.worker !== of) return
    started = null
    void of.terminate()
    finish()?.reject(new GalleryUnavailable('The search thread failed.', { cause: error }))
    next()
  }

  function start(): Started {
    const worker = new Worker(workerUrl, {
      workerData: { modelVersion } satisfies SearchThreadData,
      execArgv: [],
      env: {},
    })
    worker.unref()
    worker.on('message', (reply: SearchReply) => {
      if (reply.id !== running?.id) return
      if ('found' in reply) finish()?.resolve([...reply.found])
      else finish()?.reject(new GalleryUnavailable(`The search failed: ${reply.failed}`))
      next()
    })
    worker.on('error', (error: Error) => failed(worker, error))
    worker.on('exit', (code) => failed(worker, new Error(`the search thread ended with ${code}`)))
    return { worker, known: new Map() }
  }

  const tell = ({ worker }: Started, message: SearchMessage) => worker.postMessage(message)

  /** The number by which the worker knows these rows; they are told anew when a part was added. */
  function numberOf(at: Started, rows: SharedRows): number {
    const parts = rows.vectors.length
    const before = at.known.get(rows)
    if (before?.parts === parts) return before.number
    const number = before?.number ?? ++lastId
    tell(at, { know: number, rows })
    at.known.set(rows, { number, parts })
    return number
  }

  function next(): void {
    if (running || closed) return
    const asked = waiting.shift()
    if (!asked) return
    started ??= start()
    const at = started
    const id = ++lastId
    const timer = setTimeout(() => failed(at.worker, new Error('the search took too long')), DEADLINE_MS)
    running = { ...asked, id, timer }
    tell(at, { id, of: numberOf(at, asked.rows), ...asked.search })
  }

  return {
    run(rows, search) {
      if (closed) return Promise.reject(new GalleryUnavailable('The gallery is closed.'))
      return new Promise((resolve, reject) => {
        waiting.push({ rows, search, resolve, reject })
        next()
      })
    },
    forget(rows) {
      const known = started?.known.get(rows)
      if (!started || !known) return
      started.known.delete(rows)
      tell(started, { forget: known.number })
    },
    async close() {
      closed = true
      const ending = started
      started = null
      for (const asked of [finish(), ...waiting.splice(0)]) {
        asked?.reject(new GalleryUnavailable('The gallery was closed.'))
      }
      await ending?.worker.terminate()
    },
  }
}
