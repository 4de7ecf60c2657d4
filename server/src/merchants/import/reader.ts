import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { FromReader } from './reader-messages.ts'
import type { Defaults } from './wanted.ts'

/** Memory of the thread that reads a list, MB: 100,000 rows of a workbook take about 300. */
const MEMORY_MB = 1024

/**
 * Reads a list in a thread of its own, so that requests wait neither for a hundred thousand rows nor for a workbook that was made to
 * break its reader.
 */
export async function* readInThread(bytes: Uint8Array, defaults: Defaults): AsyncGenerator<FromReader> {
  const worker = new Worker(new URL('./read-worker.ts', import.meta.url), {
    workerData: { bytes, defaults },
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  })
  const waiting: FromReader[] = []
  let wake = () => {}
  let ended = false
  worker.on('message', (message: FromReader) => {
    waiting.push(message)
    wake()
  })
  const failed = once(worker, 'exit').then(
    () => {
      ended = true
      wake()
    },
    (error: unknown) => {
      // Out of memory, or a workbook that its reader cannot take: whatever it is, it is no list of shops.
      const tooLarge = (error as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY'
      waiting.push({ kind: 'unreadable', problem: tooLarge ? 'workbook_too_large' : 'workbook_broken', hint: null })
      ended = true
      wake()
    },
  )
  try {
    for (;;) {
      const message = waiting.shift()
      if (message === undefined) {
        if (ended) return
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      yield message
      if (message.kind === 'rows') worker.postMessage('taken')
      if (message.kind === 'end' || message.kind === 'unreadable') return
    }
  } finally {
    await worker.terminate()
    await failed
  }
}
