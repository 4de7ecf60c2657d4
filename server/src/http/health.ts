import { sql } from 'kysely'
import type { Db } from '../database.ts'
import type { Metrics } from '../metrics.ts'
import type { App } from '../routing.ts'

export type HealthOptions = {
  db: Db
  metrics: Metrics
  /** True once every enrolled palm is in memory. */
  galleryLoaded(): boolean
  /** True once the networks answer. */
  networksReady(): boolean
  /** Whether near-infrared pictures are looked at. Nothing waits for it: it is optional. */
  nearInfrared: boolean
}

/** `/healthz`: the process runs. `/readyz`: it can serve a hover. `/metrics`: for Prometheus. */
export function registerHealth(
  app: App,
  { db, metrics, galleryLoaded, networksReady, nearInfrared }: HealthOptions,
): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }))
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const database = await sql`select 1`.execute(db).then(
      () => true,
      () => false,
    )
    const checks = { database, gallery: galleryLoaded(), networks: networksReady() }
    const ready = Object.values(checks).every(Boolean)
    return reply.code(ready ? 200 : 503).send({
      status: ready ? 'ready' : 'not_ready',
      checks,
      nearInfrared: nearInfrared ? 'on' : 'off',
    })
  })
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  )
}
