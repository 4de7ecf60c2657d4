import { readFile } from 'node:fs/promises'
import { idSchema, Rollout } from '@paume/contract'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Audit } from './audit/service.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { DatabaseHandle } from './database.ts'
import { devicesOfShop, shopFigures } from './devices/shop-figures.ts'
import { createApplications } from './merchants/applications.ts'
import { registerAttestationRoutes } from './merchants/attestation-routes.ts'
import { createAttestations } from './merchants/attestations.ts'
import { DEMO_ORGANISATION } from './merchants/demo.ts'
import { registerGroupRoutes } from './merchants/group-routes.ts'
import { registerRolloutRoutes } from './merchants/import/routes.ts'
import { createImports, type Imports } from './merchants/import/service.ts'
import { createLanes } from './merchants/lanes.ts'
import { registerOrganisationRoutes } from './merchants/organisation-routes.ts'
import { createOrganisations } from './merchants/organisations.ts'
import { registerPaperRoutes } from './merchants/paper/routes.ts'
import { createPaperWork } from './merchants/paper/service.ts'
import { createGroups } from './merchants/phases.ts'
import type { MerchantPorts } from './merchants/ports.ts'
import { registerMerchantRoutes } from './merchants/routes.ts'
import type { Merchants } from './merchants/service.ts'
import { registerShopRoutes } from './merchants/shop-routes.ts'
import { createShops, type Shops } from './merchants/shops.ts'
import type { MailSender } from './outbox/mail.ts'
import { agreeTimeZone } from './payments/ledger/days.ts'
import { firstPaidAt, usedShops } from './payments/shop-use.ts'
import { createRateLimiter } from './rate-limit.ts'
import type { App, Guards } from './routing.ts'
import { peopleAt } from './staff/reach.ts'
import type { Tenancy } from './tenancy.ts'
import type { DevicesWired } from './wiring-devices.ts'
import type { Money } from './wiring-money.ts'
import type { StaffWiring } from './wiring-staff.ts'

export type MerchantNeeds = {
  config: Config
  database: DatabaseHandle
  clock: Clock
  audit: Audit
  tenancy: Tenancy
  merchants: Merchants
  fleet: Pick<DevicesWired, 'devices' | 'pairing' | 'fleet'>
  staff: Pick<StaffWiring, 'spendApproval' | 'invite'>
  money: Pick<Money, 'accounts'>
  mail: MailSender | null
  announce: MerchantPorts['announce']
  onFailure(error: unknown): void
}
export type MerchantsWired = {
  shops: Shops
  imports: Imports
  registerRoutes(app: App, guards: Guards): void
  sweeps: (() => Promise<unknown>)[]
  /** Waits for lists that are being read. */
  settled(): Promise<void>
}

const APPLICATIONS_AN_HOUR = 5
const AN_HOUR_MS = 3_600_000

function portsOf({
  config,
  database: { db },
  clock,
  fleet,
  staff,
  money,
  mail,
  announce,
}: MerchantNeeds): MerchantPorts {
  const now = () => new Date(clock.nowMs())
  // Without a public address this is a sandbox at somebody's desk; passkeys need its name to be localhost.
  const origin = ({ headers }: Pick<FastifyRequest, 'headers'>) => config.publicUrl ?? `http://${headers.host}`
  const consoleOrigin = (request: FastifyRequest) =>
    config.publicUrl ?? `http://localhost:${String(request.headers.host).split(':')[1] ?? config.port}`
  return {
    announce,
    origin,
    mail: mail === null ? null : (message) => mail.send(message),
    devices: {
      figures: (shopIds) => shopFigures(db, shopIds, now()),
      of: (shopId) => devicesOfShop(db, shopId),
      make: async (device) => (await fleet.devices.create(device)).id,
      sheetCode: (deviceId, by) => fleet.pairing.issue(deviceId, { for: 'sheet', by }),
      async revokeAll(person, shopId) {
        const there = await devicesOfShop(db, shopId)
        for (const { id } of there) await fleet.fleet.revoke(person, id)
        return there.length
      },
    },
    payments: {
      used: usedShops,
      firstPaidAt: (shopId) => firstPaidAt(db, shopId),
      agreeCalendar: (tx, organisationId, timeZone) => agreeTimeZone(tx, organisationId, timeZone, now()),
      async accountOf(organisationId) {
        const account = (await money.accounts.list()).find(({ owner }) => owner === organisationId)
        return account === undefined ? null : account.processor
      },
    },
    staff: {
      peopleAt: (organisationId, shopId) => peopleAt(db, organisationId, shopId),
      inviteOwner: (person, request, { organisationId, name }) =>
        staff.invite(person, consoleOrigin(request), { name, organisationId, roles: ['owner'], shopIds: null }),
    },
  }
}

/** Puts organisations, shops and their roll-out together. Part of the wiring. */
export function wireMerchants(needs: MerchantNeeds): MerchantsWired {
  const { config, database, clock, audit, tenancy, merchants, staff, onFailure } = needs
  const { db } = database
  const ports = portsOf(needs)
  const lanes = createLanes({ db, clock, audit, devices: ports.devices })
  const shops = createShops({ db, clock, audit, tenancy, lanes, ports })
  const groups = createGroups({ db, clock, audit, tenancy, shops })
  const imports = createImports({ db, clock, audit, tenancy, ports, onFailure })
  const attestations = createAttestations({ db, clock, audit, tenancy, shops, ports })
  const organisations = createOrganisations({ db, clock, audit, tenancy, ports })
  const applications = createApplications({ db, clock, audit, ports })
  const paper = createPaperWork({ db, clock, audit, shops, ports })
  const perHour = { events: APPLICATIONS_AN_HOUR * (config.sandbox ? 20 : 1), windowMs: AN_HOUR_MS }
  const applyLimit = createRateLimiter(clock, perHour)
  const { spendApproval } = staff
  return {
    shops,
    imports,
    registerRoutes(app, guards) {
      registerMerchantRoutes(app, { merchants, guards })
      registerShopRoutes(app, { shops, lanes, guards })
      registerGroupRoutes(app, { groups, guards })
      registerRolloutRoutes(app, { imports, guards })
      registerAttestationRoutes(app, { attestations, guards })
      registerPaperRoutes(app, { paper, merchants, ports, guards })
      const parts = { db, clock, merchants, organisations, applications, ports, spendApproval, applyLimit, guards }
      registerOrganisationRoutes(app, parts)
      if (config.sandbox) registerDemo(app, imports, guards)
    },
    sweeps: [applications.sweep, imports.sweep],
    settled: imports.settled,
  }
}

const DEMO_FILE = new URL('./merchants/demo/california-65.csv', import.meta.url)

/** On a sandbox one click brings 65 shops into the roll-out of the demo, as if somebody had dropped the list there. */
function registerDemo(app: App, imports: Imports, guards: Guards): void {
  app.post(
    '/v1/sandbox/demo-rollout',
    {
      preValidation: guards.staff('rollout.write'),
      schema: {
        tags: ['sandbox'],
        summary: 'The list of 65 Californian shops, to be checked',
        body: Type.Object({ organisationId: Type.Optional(idSchema('organisation')) }),
        response: { 202: Rollout },
      },
    },
    async (request, reply) => {
      const bytes = new Uint8Array(await readFile(DEMO_FILE))
      const own = request.staff!.organisationId
      const organisationId = own ?? request.body.organisationId ?? DEMO_ORGANISATION.id
      const file = { name: 'california-65.csv', bytes, organisationId }
      return reply.code(202).send(await imports.upload(request.staff!, file))
    },
  )
}
