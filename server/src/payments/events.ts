import { idSchema, type Payment } from '@paume/contract'
import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { App, Guards } from '../routing.ts'
import { callerOf, goneSignal } from './requests.ts'
import type { PaymentService } from './service.ts'
import { ENDS } from './states.ts'

/** A comment this often keeps proxies from closing a quiet stream, ms. */
const KEEP_ALIVE_MS = 15_000
/** After this long the stream ends and the client comes back with Last-Event-ID, ms. */
const LIFE_MS = 15 * 60_000

const eventOf = (payment: Payment) => `id: ${payment.version}\nevent: payment\ndata: ${JSON.stringify(payment)}\n\n`

/** Writes and waits until the other side has taken it: a slow reader must not fill our memory. */
async function write(reply: FastifyReply, text: string, gone: AbortSignal): Promise<void> {
  if (gone.aborted || reply.raw.write(text)) return
  await new Promise<void>((resolve) => {
    reply.raw.once('drain', resolve)
    gone.addEventListener('abort', () => resolve(), { once: true })
  })
}

/**
 * Server-sent events of one payment. Each event is the whole payment and its id the version, so a client that missed some loses
 * nothing: with Last-Event-ID it gets the newest state at once if that is newer. The stream ends with the payment.
 */
export function registerEventRoute(app: App, payments: PaymentService, guards: Guards): void {
  app.get(
    '/v1/payments/:id/events',
    {
      preValidation: guards.device('register', 'terminal'),
      schema: {
        tags: ['payments'],
        summary: 'Changes of a payment as server-sent events',
        params: Type.Object({ id: idSchema('payment') }),
        headers: Type.Object({ 'last-event-id': Type.Optional(Type.String({ pattern: '^[0-9]{1,9}$' })) }),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const { id } = request.params
      const first = await payments.byId(id, caller)
      const gone = goneSignal(reply)
      reply.hijack()
      const headers = reply.getHeaders() as Record<string, string>
      reply.raw.writeHead(200, {
        ...headers,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
      })
      try {
        await stream(reply, gone, first, Number(request.headers['last-event-id'] ?? 0), async (afterVersion) => {
          if (payments.stopping) return null
          return payments.waitForChange(caller, id, { waitMs: KEEP_ALIVE_MS, afterVersion, signal: gone })
        })
      } catch {
        // The records cannot be read now: the client comes back by itself with the last id it saw.
      }
      reply.raw.end()
    },
  )
}

async function stream(
  reply: FastifyReply,
  gone: AbortSignal,
  first: Payment,
  lastSeen: number,
  next: (afterVersion: number) => Promise<Payment | null>,
): Promise<void> {
  const untilMs = performance.now() + LIFE_MS
  let version = lastSeen
  await write(reply, 'retry: 2000\n\n', gone)
  let payment: Payment | null = first
  while (payment !== null && !gone.aborted && performance.now() < untilMs) {
    if (payment.version > version) {
      await write(reply, eventOf(payment), gone)
      version = payment.version
    } else if (payment !== first) {
      await write(reply, ': still here\n\n', gone)
    }
    if (ENDS.includes(payment.state)) return
    payment = await next(version)
  }
}
