import { createHash } from 'node:crypto'
import type { AuditTree } from './audit/tree.ts'
import type { Clock } from './clock.ts'
import type { DatabaseHandle, Db } from './database.ts'
import { namedDevices } from './devices/names.ts'
import type { GalleryFollower } from './identity/gallery-follower.ts'
import type { PalmEngine } from './identity/palm-engine.ts'
import { namedShops, organisationsOfShops } from './merchants/report-shops.ts'
import { outboxBacklog } from './outbox/backlog.ts'
import { organisationsOfPayments, unansweredOperations } from './payments/backlog.ts'
import { endedCounts, firstUses, movedMoney } from './payments/report-sums.ts'
import type { PseudonymOf } from './pseudonyms.ts'
import { createAuditIndex } from './reports/audit-index.ts'
import { createAuditReader } from './reports/audit-list.ts'
import { hoversSince } from './reports/device-hovers.ts'
import { type EventStreams, registerEventStream, type StreamTiming } from './reports/event-stream.ts'
import { createGathering, type Gathering } from './reports/gathering.ts'
import { BEAT_EVERY_MS, createHealth, type Health } from './reports/health.ts'
import { createNewsBus } from './reports/news-bus.ts'
import type { Announce, HealthPort, OwnerPort, ProcessorState, ProofPort } from './reports/ports.ts'
import type { ReportParts } from './reports/reports.ts'
import { registerAuditRoutes, registerOverviewRoutes, registerReportRoutes } from './reports/routes.ts'
import { createRounds } from './rounds.ts'
import type { App, Guards, SpendApproval } from './routing.ts'
import { organisationsOfPeople } from './staff/organisations.ts'
import type { Tenancy } from './tenancy.ts'
import { webhookBacklog } from './webhooks/backlog.ts'

export type ReportNeeds = {
  database: DatabaseHandle
  clock: Clock
  tenancy: Tenancy
  onFailure(error: unknown): void
}
/** What comes later than the counting, since it is counted itself. */
export type ReportRoutesNeeds = {
  tenantsEnforced: boolean
  engine: PalmEngine
  follower: GalleryFollower
  tree: AuditTree
  pseudonymOf: PseudonymOf
  /** Those that are open. */
  processors(): { name: string; sandbox: boolean }[]
  guards: Guards
  spendApproval: SpendApproval
  streamTiming?: StreamTiming
}

export type ReportsWired = Pick<Gathering, 'observeHover' | 'observeEnrolment' | 'paymentMoved' | 'flush'> & {
  announce: Announce
  hoversSince(deviceIds: readonly string[], since: Date): Promise<Map<string, { hovers: number; refused: number }>>
  registerRoutes(app: App, needs: ReportRoutesNeeds): void
  start(): void
  /** Ends the streams, so that the HTTP server can close. */
  stopStreams(): void
  stop(): Promise<void>
}

/** The version of the program, as it is told to operators. */
const VERSION = '0.1.0'
/** What waits longer than this to be done, ms. Webhooks wait for the other side, which may be away for a while. */
const OUTBOX_BEHIND_MS = 60_000
const WEBHOOKS_BEHIND_MS = 15 * 60_000
/** How often new entries of the audit log are taken up, ms. Whoever reads it does so at once. */
const INDEX_EVERY_MS = 5_000

/** Puts counting, news, reports, health and the reading of the audit log together. Part of the wiring. */
export function wireReports({ database, clock, tenancy, onFailure }: ReportNeeds): ReportsWired {
  const { db } = database
  const bus = createNewsBus({ clock, connect: database.connect })
  const { announce } = bus
  const gathering = createGathering({ db, clock, announce, onFailure })
  const index = createAuditIndex({ db, owners })
  const indexing = createRounds(index.catchUp, { everyMs: INDEX_EVERY_MS, onFailure })
  let streams: EventStreams | null = null
  let health: Health | null = null
  const beats = createRounds(async () => health?.beat(), { everyMs: BEAT_EVERY_MS, onFailure })

  return {
    announce,
    observeHover: gathering.observeHover,
    observeEnrolment: gathering.observeEnrolment,
    paymentMoved: gathering.paymentMoved,
    flush: gathering.flush,
    hoversSince: (deviceIds, since) => hoversSince(db, deviceIds, since),
    registerRoutes(app, needs) {
      const { guards, streamTiming: timing } = needs
      const parts: ReportParts = {
        clock,
        tenancy,
        shops: { shopsOf: (organisationId) => namedShops(db, organisationId) },
        payments: { counts: endedCounts, money: movedMoney, uses: firstUses },
        devices: {
          namesOf: async (ids) => new Map([...(await namedDevices(db, ids))].map(([id, { name }]) => [id, name])),
        },
      }
      health = createHealth({ db, clock, port: healthPort(db, clock, needs) })
      registerOverviewRoutes(app, { parts, health, guards })
      registerReportRoutes(app, { parts, guards })
      const pseudonyms = { pseudonymOf: needs.pseudonymOf }
      const reader = createAuditReader({ db, tenancy, index, proofs: proofPort(needs.tree), pseudonyms })
      registerAuditRoutes(app, { reader, guards, spendApproval: needs.spendApproval })
      streams = registerEventStream(app, { bus, guards, ...(timing && { timing }) })
    },
    start() {
      bus.start()
      gathering.start()
      indexing.start()
      beats.start()
    },
    stopStreams: () => streams?.close(),
    async stop() {
      await Promise.all([gathering.stop(), indexing.stop(), beats.stop(), bus.close()])
      await health?.leave().catch(() => {})
    },
  }
}

/** Whose shops, devices, payments and people are. */
const owners: OwnerPort = {
  async organisationsOf(db, ids) {
    const of = (prefix: string) => ids.filter((id) => id.startsWith(prefix))
    const found = await Promise.all([
      organisationsOfShops(db, of('shop_')),
      organisationsOfPayments(db, of('pay_')),
      organisationsOfPeople(db, of('stf_')),
      namedDevices(db, of('dev_')).then((named) =>
        [...named].map(([id, { organisationId }]): [string, string] => [id, organisationId]),
      ),
    ])
    return new Map(found.flatMap((some) => [...some]))
  },
}

const proofPort = (tree: AuditTree): ProofPort => ({
  async receiptOf(sequence) {
    const receipt = await tree.receiptOf(sequence)
    if (receipt === null) return null
    const { entry, proof, head } = receipt
    return { entry, sha256: createHash('sha256').update(entry).digest('hex'), path: proof, note: head }
  },
})

const healthPort = (db: Db, clock: Clock, needs: ReportRoutesNeeds): HealthPort => ({
  version: VERSION,
  tenantsEnforced: needs.tenantsEnforced,
  node: () => ({
    galleryLoaded: needs.follower.loaded(),
    networksReady: needs.engine.ready(),
    palms: needs.engine.gallery.palms,
    templates: [...needs.engine.gallery.holdings()].map(([model, { templates }]) => ({ model, count: templates })),
  }),
  async queues() {
    const [outbox, webhooks] = await Promise.all([outboxBacklog(db), webhookBacklog(db)])
    return [
      { name: 'outbox', ...outbox, behindAfterMs: OUTBOX_BEHIND_MS },
      { name: 'webhooks', ...webhooks, behindAfterMs: WEBHOOKS_BEHIND_MS },
    ]
  },
  async processors() {
    const found = new Map((await unansweredOperations(db, new Date(clock.nowMs()))).map((one) => [one.processor, one]))
    return needs.processors().map(({ name, sandbox }): ProcessorState => {
      const { unanswered = 0, oldestAt = null, lastAnsweredAt = null } = found.get(name) ?? {}
      return { name, sandbox, unanswered, oldestAt, lastAnsweredAt }
    })
  },
})
