import type { Problem } from '@paume/contract'
import { NetworkFailure, PaumeError } from './errors.ts'
import { DEFAULT_RETRY, type RetryPolicy, withRetry } from './retry.ts'
import { type Signer, signedHeaders } from './signed-fetch.ts'

/** One try takes this long at most, ms; a long poll its wait more. */
const TRY_DEADLINE_MS = 15_000

export type CallOptions = { signal?: AbortSignal }

export type ApiCall = CallOptions & {
  method: 'GET' | 'POST' | 'DELETE' | 'PUT'
  /** Begins with a slash; segments already encoded. */
  path: string
  query?: Record<string, string | number | undefined>
  json?: unknown
  bytes?: { type: string; body: Uint8Array<ArrayBuffer> }
  /** Repeated with the same key until an answer comes. */
  idempotencyKey?: string
  /** Repeating it changes nothing, although it is no GET. */
  repeatable?: boolean
  /** How long the server may hold the reply back, ms. */
  holdMs?: number
  /** Sent besides, and not signed. */
  headers?: Record<string, string>
}
export type ApiReply<T> = { status: number; body: T }

export type TransportOptions = {
  /** Origin of the server, such as `https://pay.example`. */
  baseUrl: string
  /** Signs every request when given. */
  signer?: Signer
  /** Shopper's session token. */
  bearer?: string
  retry?: RetryPolicy
  send?: typeof fetch
}

/** The difference between the server's clock and ours as a `clock_skew` problem told it: positive when ours is slow. */
export type ClockReading = { skewMs: number; measuredAtMs: number }

export type Transport = {
  /** Answers the parsed body. Throws PaumeError, NetworkFailure, or the signal's reason. */
  call<T>(request: ApiCall): Promise<ApiReply<T>>
  /** Null as long as the server has not complained about this machine's clock. */
  clock(): ClockReading | null
}

function urlOf(baseUrl: string, { path, query }: ApiCall): string {
  const url = new URL(path, baseUrl)
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url.href
}

async function parse<T>(reply: Response): Promise<ApiReply<T>> {
  const type = reply.headers.get('content-type') ?? ''
  if (reply.status === 204) return { status: 204, body: undefined as T }
  if (!type.includes('json')) {
    throw new NetworkFailure('reply_broken', `Status ${reply.status}, but not an answer of Paume.`, reply.status)
  }
  const body: unknown = await reply.json()
  if (reply.ok) return { status: reply.status, body: body as T }
  const problem = body as Problem
  if (typeof problem?.code !== 'string') {
    throw new NetworkFailure('reply_broken', `Status ${reply.status} without a problem's code.`, reply.status)
  }
  throw new PaumeError({ ...problem, status: reply.status })
}

export function createTransport(options: TransportOptions): Transport {
  const { baseUrl, signer, bearer, retry = DEFAULT_RETRY } = options
  const send = options.send ?? ((input, init) => fetch(input, init))
  let reading: ClockReading | null = null

  function readClock(error: unknown, sentAtMs: number): void {
    if (!(error instanceof PaumeError) || error.code !== 'clock_skew') return
    const { serverTimeMs } = error.problem
    const nowMs = Date.now()
    // The server looked at its clock somewhere between sending and receiving; the middle errs least.
    if (serverTimeMs !== undefined) reading = { skewMs: serverTimeMs - (sentAtMs + nowMs) / 2, measuredAtMs: nowMs }
  }

  async function attempt<T>(request: ApiCall): Promise<ApiReply<T>> {
    const url = urlOf(baseUrl, request)
    const headers: Record<string, string> = { accept: 'application/json', ...request.headers }
    const body =
      request.json === undefined ? request.bytes?.body : new TextEncoder().encode(JSON.stringify(request.json))
    if (body) headers['content-type'] = request.bytes?.type ?? 'application/json'
    if (request.idempotencyKey) headers['idempotency-key'] = request.idempotencyKey
    if (bearer) headers.authorization = `Bearer ${bearer}`
    const unsigned = { method: request.method, url, headers, body }
    const deadline = AbortSignal.timeout(TRY_DEADLINE_MS + (request.holdMs ?? 0))
    const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline
    const sentAtMs = Date.now()
    try {
      const complete = signer ? await signedHeaders(unsigned, signer) : headers
      // A signature covers one address: following a redirect would send the body somewhere unsigned.
      return await parse<T>(
        await send(url, { method: request.method, headers: complete, body, signal, redirect: 'error' }),
      )
    } catch (error) {
      readClock(error, sentAtMs)
      if (error instanceof PaumeError || error instanceof NetworkFailure) throw error
      if (request.signal?.aborted) throw request.signal.reason
      if (deadline.aborted) throw new NetworkFailure('timed_out', 'The server took too long to answer.', null, error)
      if (error instanceof SyntaxError) throw new NetworkFailure('reply_broken', 'The reply was cut off.', null, error)
      throw new NetworkFailure('unreachable', 'The server cannot be reached.', null, error)
    }
  }

  return {
    call: <T>(request: ApiCall) => {
      const mayRepeat = request.method === 'GET' || request.repeatable || request.idempotencyKey !== undefined
      return mayRepeat ? withRetry(() => attempt<T>(request), retry, request.signal) : attempt<T>(request)
    },
    clock: () => reading,
  }
}
