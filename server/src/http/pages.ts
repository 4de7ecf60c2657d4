import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { App } from '../routing.ts'
import { type CardFieldOrigins, contentPolicy } from './security-headers.ts'

/** The pages people open, and the built file of each. */
export const PAGES = {
  '/': 'index.html',
  '/kiosk': 'kiosk/index.html',
  '/terminal': 'terminal/index.html',
  '/register': 'register/index.html',
  '/gate': 'gate/index.html',
  '/console': 'console/index.html',
} as const

export type PageAssets = {
  /** Where the built pages lie. */
  pagesDir: string
  /** LiteRT's WebAssembly folder. */
  liteRtDir: string
  /** The hand networks by name, for the guide in the browser. */
  models: Record<string, Uint8Array>
}

/** Stands for pages and readers of a card processor: on systems that hold the sandbox processor only. */
const SANDBOX_PAGE = { path: '/sandbox/card', file: 'sandbox-card/index.html' }

export type PageRules = {
  /** The sandbox processor is here. */
  sandbox: boolean
  /** Addresses whose script, frames and requests the kiosk needs for a processor's card fields; null: none. Asked for each page. */
  cardFields(): CardFieldOrigins | null
}

const A_DAY_S = 86_400

/** Serves the built pages, the runtime at `/litert/` and the networks at `/models/<name>.tflite`. False when no page is built. */
export async function registerPages(
  app: App,
  { pagesDir, liteRtDir, models }: PageAssets,
  { sandbox, cardFields }: PageRules,
): Promise<boolean> {
  await app.register(fastifyStatic, {
    root: liteRtDir,
    prefix: '/litert/',
    decorateReply: false,
    maxAge: A_DAY_S * 1000,
  })
  app.get<{ Params: { file: string } }>('/models/:file', { schema: { hide: true } }, async (request, reply) => {
    const bytes = Object.hasOwn(models, request.params.file) ? models[request.params.file] : undefined
    if (bytes === undefined) return reply.callNotFound()
    return reply
      .type('application/octet-stream')
      .header('cache-control', `public, max-age=${A_DAY_S}`)
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
  })
  if (!existsSync(join(pagesDir, PAGES['/']))) return false
  await app.register(fastifyStatic, {
    root: join(pagesDir, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    // The name of each of these files holds a hash of what is in it.
    immutable: true,
    maxAge: '365d',
  })
  await app.register(fastifyStatic, { root: pagesDir, serve: false })
  const pages = Object.entries<string>(PAGES)
  if (sandbox) pages.push([SANDBOX_PAGE.path, SANDBOX_PAGE.file])
  for (const [path, file] of pages) {
    app.get(path, { schema: { hide: true } }, async (_request, reply) => {
      const fields = path === '/kiosk' ? cardFields() : null
      if (fields !== null) reply.header('content-security-policy', contentPolicy(fields))
      return reply.header('cache-control', 'no-cache').sendFile(file, { cacheControl: false })
    })
    if (path !== '/')
      app.get(`${path}/`, { schema: { hide: true } }, async (_request, reply) => reply.redirect(path, 308))
  }
  // Addresses below the console are read by its page.
  app.get('/console/*', { schema: { hide: true } }, async (_request, reply) =>
    reply.header('cache-control', 'no-cache').sendFile(PAGES['/console'], { cacheControl: false }),
  )
  return true
}
