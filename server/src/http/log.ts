import type { FastifyReply, FastifyRequest } from 'fastify'
import { type DestinationStream, pino } from 'pino'

/** Where log lines go: a stream for production, an array-like for tests, or silence. */
export type LogSink = DestinationStream | 'stdout' | 'silent'

export type RequestLogger = {
  request(request: FastifyRequest, reply: FastifyReply): void
  /** A defect of ours: its class and where it was thrown, never its message, which might quote a body or a row. */
  failure(requestId: string, error: unknown): void
  event(name: LogEvent, fields?: Record<string, number | boolean>): void
}

/** Things that happen outside a request and are worth a line. */
export type LogEvent =
  | 'started'
  | 'stopping'
  | 'stopped'
  | 'database_gone'
  | 'database_back'
  | 'gallery_rebuilt'
  | 'templates_refused'
  | 'templates_renewed'
  /** The database user may change the ledger; only triggers keep it from that. */
  | 'ledger_guarded_by_triggers_only'
  | 'tenants_kept_apart_by_code_only'

/**
 * The log is an allow-list: method, route *pattern* (not the address, which may hold identifiers), status, time, device id, request
 * id and the problem code. Headers, query strings, bodies and messages of errors are never written.
 */
export function requestLogger(sink: LogSink): RequestLogger {
  const log =
    sink === 'silent'
      ? pino({ level: 'silent' })
      : pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, sink === 'stdout' ? pino.destination(1) : sink)
  return {
    request(request, reply) {
      log.info({
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ...(request.device === null ? {} : { device: request.device.id }),
        ...(reply.problemCode === null ? {} : { code: reply.problemCode }),
      })
    },
    failure(requestId, error) {
      log.error({ requestId, error: errorName(error), at: firstFrames(error) })
    },
    event(name, fields = {}) {
      log.info({ event: name, ...fields })
    },
  }
}

const errorName = (error: unknown) => (error instanceof Error ? error.constructor.name : typeof error)

/** The top places of the stack, without the message line above them. */
function firstFrames(error: unknown): string[] {
  if (!(error instanceof Error) || error.stack === undefined) return []
  return error.stack
    .split('\n')
    .filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))
    .slice(0, 6)
    .map((line) =>
      line
        .trim()
        .replace(/^at /, '')
        .replace(/file:\/\/.*\/(?=(?:server|packages|node_modules)\/)/, ''),
    )
}
