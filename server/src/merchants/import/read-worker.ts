import { parentPort, workerData } from 'node:worker_threads'
import { readFile } from './read-file.ts'
import type { FromReader } from './reader-messages.ts'
import { UnreadableFile } from './table.ts'
import type { Defaults, ReadRow } from './wanted.ts'

const ROWS_A_BATCH = 500

const { bytes, defaults } = workerData as { bytes: Uint8Array; defaults: Defaults }
const port = parentPort!
const send = (message: FromReader) => port.postMessage(message)
/** The next batch goes out when the one before was taken: a long list does not pile up. */
const taken = () => new Promise<void>((resolve) => port.once('message', () => resolve()))

try {
  let batch: ReadRow[] = []
  for await (const row of readFile(bytes, defaults, (head) => send({ kind: 'head', head }))) {
    batch.push(row)
    if (batch.length < ROWS_A_BATCH) continue
    send({ kind: 'rows', rows: batch })
    batch = []
    await taken()
  }
  send({ kind: 'rows', rows: batch })
  await taken()
  send({ kind: 'end' })
} catch (error) {
  if (!(error instanceof UnreadableFile)) throw error
  send({ kind: 'unreadable', problem: error.code, hint: error.hint })
}
port.close()
