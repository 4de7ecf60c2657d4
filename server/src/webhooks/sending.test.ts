import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { REPLY_START_BYTES, type SendOptions, send } from './sending.ts'
import { publicOnly } from './target.ts'

const open: Server[] = []
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})
async function serve(listener: RequestListener, host = '127.0.0.1', port = 0) {
  const server = createServer(listener)
  open.push(server)
  await new Promise<void>((resolve, fail) => {
    server.once('error', fail)
    server.listen(port, host, resolve)
  })
  return (server.address() as AddressInfo).port
}
const message = { headers: { 'content-type': 'application/json' }, body: Buffer.from('{}') }
const options = (more: Partial<SendOptions> = {}): SendOptions => ({
  policy: publicOnly(true),
  resolve: async () => [],
  deadlineMs: 1_000,
  ...more,
})
const to = (port: number, more: Partial<SendOptions> = {}) =>
  send(new URL(`http://127.0.0.1:${port}/`), message, options(more))

describe('sending a message', () => {
  it('is delivered by a 2xx and by nothing else', async () => {
    for (const [status, delivered] of [
      [200, true],
      [204, true],
      [299, true],
      [302, false],
      [400, false],
      [500, false],
    ] as const) {
      const port = await serve((_request, reply) => void reply.writeHead(status).end())
      expect(await to(port)).toMatchObject({ delivered, status, fault: delivered ? null : 'status' })
    }
  })

  it('follows no redirect: what it leads to never hears of us', async () => {
    let reached = 0
    const inner = await serve((_request, reply) => {
      reached += 1
      reply.end()
    })
    const port = await serve((_request, reply) =>
      reply.writeHead(307, { location: `http://127.0.0.1:${inner}/` }).end('elsewhere'),
    )
    const sent = await to(port)
    expect([sent.delivered, sent.status, sent.replyStart.toString(), reached]).toEqual([false, 307, 'elsewhere', 0])
  })

  it('connects to the address that was checked, though the name leads elsewhere a moment later', async () => {
    const heard: string[] = []
    const listen =
      (name: string): RequestListener =>
      (request, reply) => {
        heard.push(`${name} ${request.headers.host}`)
        reply.end()
      }
    const port = await serve(listen('outside'), '127.0.0.2')
    await serve(listen('inside'), '127.0.0.1', port)
    // 127.0.0.2 stands for the public internet here. The name leads there once, and inside ever after.
    let asked = 0
    const resolve = async () => [{ address: asked++ === 0 ? '127.0.0.2' : '127.0.0.1', family: 4 as const }]
    const policy = { permits: (address: string) => address === '127.0.0.2', loopback: false }
    const url = new URL(`http://hooks.example.com:${port}/`)
    expect((await send(url, message, options({ resolve, policy }))).delivered).toBe(true)
    expect(asked).toBe(1)
    expect(await send(url, message, options({ resolve, policy }))).toMatchObject({
      fault: 'address_refused',
      status: null,
    })
    expect(heard).toEqual([`outside hooks.example.com:${port}`])
  })

  it('waits so long and no longer: for the name, for the reply', async () => {
    const never = () => new Promise<never>(() => {})
    const url = new URL('https://hooks.example.com/')
    expect(await send(url, message, options({ resolve: never, deadlineMs: 100 }))).toMatchObject({ fault: 'timed_out' })
    const port = await serve(() => {})
    expect(await to(port, { deadlineMs: 100 })).toMatchObject({ fault: 'timed_out', status: null })
  })

  it('reads the beginning of a reply, however much follows or hangs', async () => {
    let stopped = false
    const endless = await serve((_request, reply) => {
      reply.on('close', () => {
        stopped = true
      })
      const write = () => {
        if (!reply.destroyed) reply.write(Buffer.alloc(65_536, 'x'), () => setImmediate(write))
      }
      write()
    })
    expect((await to(endless)).replyStart).toHaveLength(REPLY_START_BYTES)
    await expect.poll(() => stopped).toBe(true)
    const hanging = await serve((_request, reply) => void reply.writeHead(200).write('so far'))
    const sent = await to(hanging, { deadlineMs: 300 })
    expect([sent.delivered, sent.replyStart.toString()]).toEqual([true, 'so far'])
  })

  it('checks that the certificate is of the name, though it connects to a number', async () => {
    const { key, cert } = certificateOf('hooks.example.com')
    const names: string[] = []
    const SNICallback = (name: string, done: (error: null) => void) => {
      names.push(name)
      done(null)
    }
    const server = createTlsServer({ key, cert, SNICallback })
    open.push(server)
    server.on('request', (_request, reply) => reply.writeHead(204).end())
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    const outside = {
      resolve: async () => [{ address: '127.0.0.1', family: 4 as const }],
      policy: { permits: (address: string) => address === '127.0.0.1', loopback: false },
    }
    const to = (host: string, ca?: string) =>
      send(new URL(`https://${host}:${port}/`), message, options({ ...outside, ca }))
    expect(await to('hooks.example.com', cert)).toMatchObject({ delivered: true, status: 204 })
    expect(await to('other.example.com', cert)).toMatchObject({ delivered: false, fault: 'tls' })
    expect(await to('hooks.example.com')).toMatchObject({ delivered: false, fault: 'tls' })
    expect(names).toEqual(['hooks.example.com', 'other.example.com', 'hooks.example.com'])
  })

  it('says what went wrong', async () => {
    const gone = await serve(() => {})
    for (const server of open.splice(0)) await new Promise((done) => server.close(done))
    expect(await to(gone)).toMatchObject({ fault: 'unreachable' })
    const unknown = async () => {
      throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
    }
    expect(await send(new URL('https://hooks.example.com/'), message, options({ resolve: unknown }))).toMatchObject({
      fault: 'unresolved',
    })
    const plain = await serve((_request, reply) => void reply.end())
    const asTls = { policy: { permits: () => true, loopback: false } }
    expect(await send(new URL(`https://127.0.0.1:${plain}/`), message, options(asTls))).toMatchObject({ fault: 'tls' })
    const busy = await serve((_request, reply) => void reply.writeHead(429, { 'retry-after': '120' }).end())
    expect(await to(busy)).toMatchObject({ retryAfterMs: 120_000 })
    const forEver = await serve((_request, reply) => void reply.writeHead(503, { 'retry-after': '999999' }).end())
    expect(await to(forEver)).toMatchObject({ retryAfterMs: 3_600_000 })
  })
})

/** A certificate that vouches for itself, made anew for each run and kept nowhere. */
function certificateOf(name: string): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'paume-tls-'))
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile]
  const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`]
  execFileSync('openssl', ['req', '-x509', ...key, '-out', certFile, '-days', '2', ...names], { stdio: 'ignore' })
  const pair = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') }
  rmSync(folder, { recursive: true })
  return pair
}
