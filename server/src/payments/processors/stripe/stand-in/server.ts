import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { STRIPE_API_VERSION } from '../wire.ts'
import { type Books, type Ledger, ledgerOf, openBooks, type Thing } from './books.ts'
import { type Form, listIn, parseForm } from './form.ts'
import { checkParameters, operationOf } from './parameters.ts'
import { passTime } from './payments.ts'
import { WireError } from './refusal.ts'
import { checkReply } from './replies.ts'
import { answer, expand } from './requests.ts'

/** How long Stripe remembers a key, s. */
const KEY_LIVES_S = 86_400
/** What a request takes at least, ms: long enough that two under one key meet. */
const AT_WORK_MS = 2

/** What goes wrong on the way. Each is used up by the next request that fits. */
export type Trouble = {
  /** Nothing gets through. */
  down: boolean
  /** Operations (`POST /v1/…`) whose next reply is lost after they were performed. */
  loseReply: string[]
  /** Operations whose next request fails at Stripe before anything was done: 500, and the 500 is kept under the key. */
  fail: string[]
  /** Operations whose next request waits this long before it is looked at. */
  delay: { operation: string; ms: number }[]
}
export type Sent = {
  operation: string
  method: string
  path: string
  body: string
  account: string
  key: string | null
}
type Reply = { status: number; body: string; fingerprint: string; atS: number }

export type StripeStandIn = {
  address: { host: string; port: number; protocol: 'http' }
  books: Books
  trouble: Trouble
  /** Every request that arrived, in order. */
  sent: Sent[]
  close(): Promise<void>
}

/**
 * Stripe's wire as far as the adapter uses it, with books of its own. For tests only. It is stricter than needed: parameters it does not
 * know, another version and wrong keys are refused.
 */
export async function openStripeStandIn(nowMs: () => number, secretKey = 'sk_test_standin'): Promise<StripeStandIn> {
  const books = openBooks(nowMs, secretKey)
  const trouble: Trouble = { down: false, loseReply: [], fail: [], delay: [] }
  const sent: Sent[] = []
  const replies = new Map<string, Reply | 'at work'>()
  const server = createServer((request, response) => {
    if (trouble.down) return void request.socket.destroy()
    receive(request).then((body) => serve({ books, trouble, sent, replies }, request, body, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: { host: '127.0.0.1', port, protocol: 'http' },
    books,
    trouble,
    sent,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function receive(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

type House = { books: Books; trouble: Trouble; sent: Sent[]; replies: Map<string, Reply | 'at work'> }

const takeFrom = (list: string[], operation: string) => {
  const place = list.indexOf(operation)
  if (place >= 0) list.splice(place, 1)
  return place >= 0
}
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

async function serve(house: House, request: IncomingMessage, body: string, response: ServerResponse): Promise<void> {
  const { trouble, sent } = house
  const url = new URL(request.url!, 'http://stand-in')
  const operation = operationOf(request.method!, url.pathname) ?? `${request.method} ${url.pathname}`
  const key = (request.headers['idempotency-key'] as string | undefined) ?? null
  const account = (request.headers['stripe-account'] as string | undefined) ?? ''
  sent.push({ operation, method: request.method!, path: request.url!, body, account, key })
  const late = trouble.delay.findIndex((each) => each.operation === operation)
  if (late >= 0) await pause(trouble.delay.splice(late, 1)[0]!.ms)
  await pause(AT_WORK_MS)
  const reply = await once(
    house,
    `${account} ${key}`,
    key !== null && request.method === 'POST',
    `${url.href}\n${body}`,
    () => perform(house, request, operation, url, body, account),
  )
  if (takeFrom(trouble.loseReply, operation)) return void request.socket.destroy()
  response.writeHead(reply.status, { 'content-type': 'application/json', 'request-id': `req_${sent.length}` })
  response.end(reply.body)
}

type Outcome = { status: number; body: string; kept: boolean }
const errorOf = (status: number, error: Record<string, unknown>): Outcome => ({
  status,
  body: JSON.stringify({ error }),
  // Nothing is kept of a request that was turned away before it began.
  kept: ![401, 403, 409, 429].includes(status),
})

/** Keys as Stripe keeps them: a day long, the same reply again, another request refused, two at once told apart. */
async function once(
  { books, replies }: House,
  name: string,
  keyed: boolean,
  fingerprint: string,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  if (!keyed) return work()
  const known = replies.get(name)
  if (known === 'at work')
    return errorOf(409, { type: 'idempotency_error', code: 'idempotency_key_in_use', message: 'In use.' })
  if (known && books.nowS() - known.atS < KEY_LIVES_S) {
    if (known.fingerprint !== fingerprint)
      return errorOf(400, { type: 'idempotency_error', message: 'Keys can only be used with the same parameters.' })
    return { status: known.status, body: known.body, kept: true }
  }
  replies.set(name, 'at work')
  const reply = await work()
  if (reply.kept) replies.set(name, { status: reply.status, body: reply.body, fingerprint, atS: books.nowS() })
  else replies.delete(name)
  return reply
}

async function perform(
  { books, trouble }: House,
  request: IncomingMessage,
  operation: string,
  url: URL,
  body: string,
  account: string,
): Promise<Outcome> {
  await pause(AT_WORK_MS)
  try {
    admit(books, request)
    if (takeFrom(trouble.fail, operation)) return errorOf(500, { type: 'api_error', message: 'Something broke.' })
    const form: Form = parseForm(request.method === 'GET' ? url.search : body)
    if (operationOf(request.method!, url.pathname) === null)
      throw new WireError(404, { message: `Unrecognized request URL (${operation})` })
    checkParameters(operation, form)
    const ledger: Ledger = ledgerOf(books, account)
    for (const each of books.accounts.keys()) passTime(ledgerOf(books, each))
    const thing: Thing = answer(ledger, operation, url.pathname.split('/'), form)
    const reply = expand(ledger, thing, listIn(form, 'expand'))
    checkReply(reply)
    return { status: 200, body: JSON.stringify(reply), kept: true }
  } catch (error) {
    if (error instanceof WireError) return errorOf(error.status, error.body)
    return errorOf(500, { type: 'api_error', message: `stand-in: ${(error as Error).stack}` })
  }
}

function admit(books: Books, { headers, method }: IncomingMessage): void {
  if (headers.authorization !== `Bearer ${books.secretKey}`)
    throw new WireError(401, { message: 'Invalid API Key provided' })
  if (headers['stripe-version'] !== STRIPE_API_VERSION) throw new WireError(400, { message: 'Another version' })
  const type = headers['content-type'] ?? ''
  if (method === 'POST' && !type.startsWith('application/x-www-form-urlencoded'))
    throw new WireError(400, { message: 'No form' })
}
