import { randomUUID } from 'node:crypto'
import { registerAjvFormats, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import { type ErrorCode, MAX_SEALED_BYTES, SEALED_CAPTURE_TYPE } from '@paume/contract'
import { fastify } from 'fastify'
import { Failure } from '../failure.ts'
import type { App } from '../routing.ts'
import { GUARD_NAME } from './guards.ts'
import { type LogSink, requestLogger } from './log.ts'
import { sendFailure, toFailure } from './problem.ts'

/** Largest JSON body, bytes. Captures have a limit of their own. */
export const JSON_BODY_LIMIT = 64 * 1024

/** A route as it was registered, and the names of its guards. */
export type ListedRoute = { method: string; url: string; guards: string[] }

declare module 'fastify' {
  interface FastifyInstance {
    listedRoutes: readonly ListedRoute[]
  }
}

export type AppOptions = { log: LogSink; logErrors?: boolean }

/** Failures whose cause is ours to find. */
const LOGGED: readonly ErrorCode[] = ['internal', 'recognition_unavailable']

/**
 * The bare HTTP application: parsing, errors as problem details, request ids and the log. Subjects add their routes to it.
 * JSON is strict (a number sent as text is an error); query strings are converted.
 */
export function createApp(options: AppOptions): App {
  const logger = requestLogger(options.log)
  const app = fastify({
    logger: false,
    bodyLimit: JSON_BODY_LIMIT,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: false },
  }).withTypeProvider() as unknown as App
  registerAjvFormats()
  app.setValidatorCompiler(TypeBoxValidatorCompiler as Parameters<App['setValidatorCompiler']>[0])
  listRoutes(app)
  app.decorateRequest('device', null)
  app.decorateRequest('shopperId', null)
  app.decorateRequest('staff', null)
  app.decorateRequest('staffSession', null)
  app.decorateRequest('rawBody', null as unknown as Buffer)
  app.decorateReply('problemCode', null)
  app.addHook('onRequest', async (request, reply) => {
    request.rawBody = Buffer.alloc(0)
    reply.header('x-request-id', request.id)
  })
  parseBodies(app)
  app.setErrorHandler((error, request, reply) => {
    const failure = toFailure(error)
    if (LOGGED.includes(failure.code)) logger.failure(request.id, failure.cause ?? failure)
    sendFailure(failure, request, reply)
  })
  app.setNotFoundHandler((request, reply) => sendFailure(new Failure('not_found'), request, reply))
  app.addHook('onResponse', async (request, reply) => logger.request(request, reply))
  return app
}

/** Keeps what every route is and which guard stands before it, for whoever has to know that none stands open by mistake. */
function listRoutes(app: App): void {
  const routes: ListedRoute[] = []
  app.decorate('listedRoutes', routes)
  app.addHook('onRoute', ({ method, url, preValidation = [] }) => {
    const guards = [preValidation].flat().flatMap((hook) => (hook as { [GUARD_NAME]?: string })[GUARD_NAME] ?? [])
    for (const each of [method].flat()) if (each !== 'HEAD') routes.push({ method: each, url, guards })
  })
}

/** Keeps the exact bytes of every body, because signatures are made over them. */
function parseBodies(app: App): void {
  app.removeAllContentTypeParsers()
  const sealed = { parseAs: 'buffer', bodyLimit: MAX_SEALED_BYTES } as const
  app.addContentTypeParser(SEALED_CAPTURE_TYPE, sealed, async (request: { rawBody: Buffer }, body: Buffer) => {
    request.rawBody = body
    return body
  })
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: { rawBody: Buffer }, body: Buffer) => {
      request.rawBody = body
      if (body.length === 0) return undefined
      try {
        return JSON.parse(body.toString('utf8'), refuseProto)
      } catch (cause) {
        throw new Failure('request_malformed', { detail: 'The body is not JSON.' }, { cause })
      }
    },
  )
}

/** `__proto__` and friends never come in with a body. */
function refuseProto(key: string, value: unknown): unknown {
  if (key === '__proto__' || key === 'constructor' || key === 'prototype') throw new SyntaxError('forbidden key')
  return value
}
