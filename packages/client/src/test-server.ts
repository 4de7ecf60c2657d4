import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ErrorCode } from '@paume/contract'

export type Heard = { method: string; target: string; headers: IncomingMessage['headers']; body: Buffer }
export type Answer = (heard: Heard, reply: ServerResponse) => void

/** A real HTTP server on a free port that answers the nth request with the nth answer (the last one from then on). For tests. */
export async function scriptedServer(answers: Answer[]) {
  const heard: Heard[] = []
  const server = createServer(async (request, reply) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const one = { method: request.method!, target: request.url!, headers: request.headers, body: Buffer.concat(parts) }
    heard.push(one)
    answers[Math.min(heard.length, answers.length) - 1]!(one, reply)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

export const json =
  (body: unknown, status = 200): Answer =>
  (_heard, reply) =>
    reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

export const problem = (code: ErrorCode, status: number, more: object = {}): Answer =>
  json({ type: `urn:paume:problem:${code}`, title: code, status, code, requestId: 'r', ...more }, status)

/** Does the work and cuts the line before the reply. */
export const lostReply: Answer = (_heard, reply) => reply.destroy()
