import http from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import type { WebhookFault } from '@paume/contract'
import type { Resolve } from './ports.ts'
import { addressesOf, hostOf, permitted, type TargetPolicy, TargetRefused } from './target.ts'

/** What became of one attempt. `delivered` only with a 2xx. */
export type Sent = {
  delivered: boolean
  status: number | null
  fault: WebhookFault | null
  /** The first bytes of the reply, as they came. */
  replyStart: Buffer
  /** When the receiver asked to be left alone until then, ms from now. */
  retryAfterMs: number | null
}

export type SendOptions = {
  policy: TargetPolicy
  resolve: Resolve
  /** From looking the name up to the reply's first bytes, ms. */
  deadlineMs: number
  /** Roots beside the system's own. */
  ca?: string
}

/** Of a reply no more than this is read, bytes. */
export const REPLY_START_BYTES = 1_024
/** Headers of a reply may be as long as this, bytes. */
const REPLY_HEADER_BYTES = 8_192
/** A receiver may put us off for so long and no longer, ms. */
const MOST_RETRY_AFTER_MS = 3_600_000

/**
 * Sends one message. The name is resolved here, every address checked, and the connection made to a checked address and no other: a name
 * that leads elsewhere a moment later changes nothing. Redirects are replies like any other. Never throws.
 */
export async function send(
  url: URL,
  message: { headers: Record<string, string>; body: Buffer },
  options: SendOptions,
): Promise<Sent> {
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), options.deadlineMs)
  try {
    const addresses = await within(addressesOf(url, options.policy, options.resolve), deadline.signal)
    return await post(url, addresses, message, options, deadline.signal)
  } catch (error) {
    const fault = deadline.signal.aborted ? 'timed_out' : faultOf(error)
    return { delivered: false, status: null, fault, replyStart: Buffer.alloc(0), retryAfterMs: null }
  } finally {
    clearTimeout(timer)
  }
}

type Addresses = Awaited<ReturnType<Resolve>>

function post(
  url: URL,
  addresses: Addresses,
  { headers, body }: { headers: Record<string, string>; body: Buffer },
  { policy, ca }: SendOptions,
  signal: AbortSignal,
): Promise<Sent> {
  const lookup: LookupFunction = (_host, { all }, done) =>
    all ? done(null, addresses) : done(null, addresses[0]!.address, addresses[0]!.family)
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      hostname: hostOf(url),
      port: url.port,
      path: `${url.pathname}${url.search}`,
      headers: { ...headers, 'content-length': body.length },
      // No kept connection and no proxy of the environment: each attempt goes where it was checked.
      agent: false as const,
      lookup,
      maxHeaderSize: REPLY_HEADER_BYTES,
      signal,
    }
    const request = url.protocol === 'https:' ? https.request({ ...options, ca }) : http.request(options)
    let answered = false
    request.on('error', (error) => answered || reject(error))
    request.on('socket', (socket) =>
      socket.once('connect', () => {
        if (!permitted(url, socket.remoteAddress ?? '', policy)) request.destroy(new TargetRefused('address_refused'))
      }),
    )
    request.on('response', (reply) => {
      answered = true
      void read(reply).then(resolve, reject)
    })
    request.end(body)
  })
}

async function read(reply: http.IncomingMessage): Promise<Sent> {
  const status = reply.statusCode ?? 0
  const delivered = status >= 200 && status < 300
  const parts: Buffer[] = []
  let bytes = 0
  try {
    for await (const part of reply) {
      parts.push(part as Buffer)
      bytes += (part as Buffer).length
      if (bytes >= REPLY_START_BYTES) break
    }
  } catch {
    // It has said yes or no in its first line; the rest is for people to read.
  } finally {
    reply.destroy()
  }
  return {
    delivered,
    status,
    fault: delivered ? null : 'status',
    replyStart: Buffer.concat(parts).subarray(0, REPLY_START_BYTES),
    retryAfterMs: retryAfterOf(status, reply.headers['retry-after']),
  }
}

function retryAfterOf(status: number, header: string | undefined): number | null {
  if ((status !== 429 && status !== 503) || !/^\d{1,9}$/.test(header ?? '')) return null
  return Math.min(Number(header) * 1_000, MOST_RETRY_AFTER_MS)
}

/** Rejects when the time is over, whatever `work` still waits for. */
function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('timed out')), { once: true })
    work.then(resolve, reject)
  })
}

function faultOf(error: unknown): WebhookFault {
  if (error instanceof TargetRefused) return error.fault
  const code = String((error as NodeJS.ErrnoException | null)?.code ?? '')
  if (/^HPE_/.test(code)) return 'reply_broken'
  if (/^(ERR_TLS|ERR_SSL|CERT_|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)) return 'tls'
  return 'unreachable'
}
