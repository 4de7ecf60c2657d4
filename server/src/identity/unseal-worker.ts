import { parentPort, workerData } from 'node:worker_threads'
import type { TenantKey } from '../secrets.ts'
import { openerOf } from './unsealing.ts'

const port = parentPort
if (port === null) throw new Error('unseal-worker.ts runs as a worker thread only')

const { tenantKeys } = workerData as { tenantKeys: { epoch: number; key: Uint8Array }[] }
const open = openerOf(tenantKeys.map(({ epoch, key }): TenantKey => ({ epoch, key: Buffer.from(key) })))

/** A page in, the same page opened out. A fault ends the thread: what it worked on is then refused as a whole. */
port.on('message', (rows: ArrayBuffer) => {
  const page = open(Buffer.from(rows))
  port.postMessage(page, [page.records.buffer as ArrayBuffer])
})
