import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { WebhookMessage } from '@paume/contract'
import { Webhook } from 'standardwebhooks'

export type Heard = { headers: Record<string, string>; body: string; message: WebhookMessage }

/** A real HTTP server that takes messages only when the `standardwebhooks` package says that they are signed. */
export async function webhookReceiver() {
  const state = {
    secret: '',
    heard: [] as Heard[],
    refused: 0,
    /** In the place of a plain 204. */
    answer: null as ((request: IncomingMessage, reply: ServerResponse, heard: Heard) => void) | null,
  }
  const server = createServer(async (request, reply) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const body = Buffer.concat(parts).toString('utf8')
    const headers = request.headers as Record<string, string>
    try {
      const message = new Webhook(state.secret).verify(body, headers) as WebhookMessage
      const heard = { headers, body, message }
      state.heard.push(heard)
      if (state.answer) state.answer(request, reply, heard)
      else reply.writeHead(204).end()
    } catch {
      state.refused += 1
      reply.writeHead(401).end('no')
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks?shop=1`,
    types: () => state.heard.map(({ message }) => message.type),
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  })
}
export type WebhookReceiver = Awaited<ReturnType<typeof webhookReceiver>>
