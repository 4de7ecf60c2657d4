import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { selfSigned } from './self-signed.ts'

/** What tills of this kind check of a terminal's certificate: `<model>-<serial>.test.terminal.adyen.com`, signed by a root they hold. */
const TERMINAL_NAME = 'Paume-01KAPAVME000000000000T0001.test.terminal.adyen.com'

/**
 * What a shop puts before the server for tills that insist on TLS: passes everything on as it is. `cut` loses replies: the request
 * arrives, the answer does not.
 */
export async function tlsProxy(targetUrl: string, at: { host?: string; port?: number } = {}) {
  const pair = selfSigned(TERMINAL_NAME)
  const folder = mkdtempSync(join(tmpdir(), 'paume-tls-'))
  const certificateFile = join(folder, 'certificate.pem')
  writeFileSync(certificateFile, pair.cert)
  const target = new URL(targetUrl)
  const state = { cut: false }
  const server = createServer(pair, (incoming, outgoing) => {
    const { method, url: path, headers } = incoming
    const onward = request({ host: target.hostname, port: target.port, method, path, headers }, (reply) => {
      outgoing.writeHead(reply.statusCode!, reply.headers)
      reply.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => onward.destroy())
    incoming.pipe(onward)
    if (state.cut) incoming.on('end', () => setTimeout(() => outgoing.destroy(), 300))
  })
  const host = at.host ?? '127.0.0.1'
  await new Promise<void>((resolve, fail) => {
    server.once('error', fail)
    server.listen(at.port ?? 0, host, resolve)
  })
  return {
    url: `https://${host}:${(server.address() as AddressInfo).port}`,
    host,
    certificateFile,
    loseReplies(cut: boolean) {
      state.cut = cut
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
export type TlsProxy = Awaited<ReturnType<typeof tlsProxy>>
