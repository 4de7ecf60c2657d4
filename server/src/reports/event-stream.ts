import type { ConsoleNews } from '@paume/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { Failure } from '../failure.ts'
import type { App, Guards, Staff } from '../routing.ts'
import type { NewsBus, NumberedNews } from './news-bus.ts'
import { gathered, mayHear } from './news-for.ts'

export type StreamTiming = {
  /** A comment this often keeps proxies from closing a quiet stream; and so often it is asked whether the reader may still hear, ms. */
  keepAliveMs: number
  /** After this long the stream ends and the client comes back by itself, ms. */
  lifeMs: number
  /** What comes within this time is told together, ms. */
  gatherMs: number
}
export const STREAM_TIMING: StreamTiming = { keepAliveMs: 10_000, lifeMs: 15 * 60_000, gatherMs: 200 }
/** Streams of one person; older ones are ended for newer ones. */
const MOST_OF_ONE = 20
/** Bytes that a reader may be behind before the stream is ended. */
const MOST_BEHIND_BYTES = 256 * 1024

export type EventStreams = {
  /** How many are open. */
  readonly open: number
  /** Ends every one of them: the server stops. */
  close(): void
}

/**
 * News for the console as server-sent events. Who comes back with Last-Event-ID hears what was missed, or `look_again` where that is not
 * known any more. Whether the reader is still signed in, and as whom, is asked again with every sign of life and whenever somebody's
 * session changes; who is not any more is cut off.
 */
export function registerEventStream(
  app: App,
  { bus, guards, timing = STREAM_TIMING }: { bus: NewsBus; guards: Guards; timing?: StreamTiming },
): EventStreams {
  const guard = guards.staff('news.read')
  const open = new Map<string, Set<() => void>>()
  app.get(
    '/v1/console/events',
    {
      preValidation: guard,
      schema: {
        tags: ['console'],
        summary: 'What changed, as server-sent events',
        headers: Type.Object({ 'last-event-id': Type.Optional(Type.String({ maxLength: 40 })) }),
      },
    },
    async (request, reply) => {
      const askAgain = async (): Promise<Staff> => {
        await (guard as (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>).call(app, request, reply)
        return request.staff!
      }
      const reader = request.staff!.id ?? 'operator token'
      const mine = open.get(reader) ?? new Set()
      open.set(reader, mine)
      if (mine.size >= MOST_OF_ONE) [...mine][0]!()
      reply.hijack()
      const headers = reply.getHeaders() as Record<string, string>
      reply.raw.writeHead(200, {
        ...headers,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      const end = stream(request, reply, { bus, timing, askAgain, onEnd: () => forget(end) })
      const forget = (ended: () => void) => {
        mine.delete(ended)
        if (mine.size === 0) open.delete(reader)
      }
      mine.add(end)
    },
  )
  return {
    get open() {
      return [...open.values()].reduce((sum, { size }) => sum + size, 0)
    },
    close() {
      for (const end of [...open.values()].flatMap((streams) => [...streams])) end()
    },
  }
}

type Streaming = {
  bus: NewsBus
  timing: StreamTiming
  /** Throws when nobody is signed in any more. */
  askAgain(): Promise<Staff>
  onEnd(): void
}

/** Answers how to end it. */
function stream(request: FastifyRequest, reply: FastifyReply, { bus, timing, askAgain, onEnd }: Streaming): () => void {
  let staff = request.staff!
  let waiting: NumberedNews[] = []
  let ended = false
  let gather: NodeJS.Timeout | undefined

  const write = (text: string) => {
    if (ended) return
    reply.raw.write(text)
    if (reply.raw.writableLength > MOST_BEHIND_BYTES) end()
  }
  const tell = () => {
    gather = undefined
    const last = waiting.at(-1)
    const news = gathered(waiting.map(({ news }) => news).filter((one) => mayHear(staff, one)))
    waiting = []
    news.forEach((one, place) => {
      const isLast = place === news.length - 1
      write(
        `${isLast && last ? `id: ${bus.idOf(last.number)}\n` : ''}event: news\ndata: ${JSON.stringify(wordsOf(one))}\n\n`,
      )
    })
  }
  const checkAgain = () =>
    askAgain().then(
      (now) => {
        staff = now
        write(': still here\n\n')
      },
      (error: unknown) => {
        // The records cannot be read now: that says nothing about the session.
        if (error instanceof Failure && error.code === 'database_unavailable') return
        write('event: signed_out\ndata: {}\n\n')
        end()
      },
    )
  const stopListening = bus.listen((numbered) => {
    if (numbered.news.kind === 'session') void checkAgain()
    if (!mayHear(staff, numbered.news)) return
    waiting.push(numbered)
    gather ??= setTimeout(tell, timing.gatherMs)
  })
  const keepAlive = setInterval(() => void checkAgain(), timing.keepAliveMs)
  const life = setTimeout(() => end(), timing.lifeMs)
  const end = () => {
    if (ended) return
    ended = true
    stopListening()
    clearInterval(keepAlive)
    clearTimeout(life)
    clearTimeout(gather)
    onEnd()
    reply.raw.end()
  }
  reply.raw.once('close', end)

  write('retry: 2000\n\n')
  const lastSeen = request.headers['last-event-id']
  const missed = typeof lastSeen === 'string' && lastSeen !== '' ? bus.since(lastSeen) : []
  if (missed === null) write(`id: ${bus.idOf(bus.newest)}\nevent: look_again\ndata: {}\n\n`)
  else if (missed.length === 0) write(`id: ${bus.idOf(bus.newest)}\nevent: begun\ndata: {}\n\n`)
  else {
    waiting = missed
    tell()
  }
  return end
}

const wordsOf = ({ kind, organisationId, shopId, id, at }: ConsoleNews) => ({ kind, organisationId, shopId, id, at })
