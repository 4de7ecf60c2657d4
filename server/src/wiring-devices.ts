import type { Audit } from './audit/service.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { DatabaseHandle } from './database.ts'
import { createCommands } from './devices/commands.ts'
import { createFleet, type Fleet } from './devices/fleet.ts'
import { createFleetView, type FleetView } from './devices/fleet-view.ts'
import { createGuessing } from './devices/guessing.ts'
import { createHoverFigures } from './devices/hover-figures.ts'
import { createPairing, type Pairing } from './devices/pairing.ts'
import type { FleetPorts } from './devices/ports.ts'
import { createRevocations } from './devices/revocations.ts'
import { registerDeviceRoutes } from './devices/routes.ts'
import { createDevices, type Devices } from './devices/service.ts'
import { createRollouts, type SettingsRollouts } from './devices/settings/rollouts.ts'
import { registerSettingsRoutes } from './devices/settings/routes.ts'
import { createStaffSettings } from './devices/settings/staff-settings.ts'
import { createTemplates } from './devices/settings/templates.ts'
import { registerFleetRoutes } from './devices/staff-routes.ts'
import { createHeldRequests } from './http/held-requests.ts'
import type { Merchants } from './merchants/service.ts'
import type { App, Guards } from './routing.ts'
import { deriveKey, type Secrets } from './secrets.ts'
import type { Tenancy } from './tenancy.ts'

export type DeviceNeeds = {
  config: Pick<Config, 'sandbox'>
  secrets: Pick<Secrets, 'contactKey'>
  database: DatabaseHandle
  clock: Clock
  audit: Audit
  tenancy: Tenancy
  merchants: Merchants
}
/** What comes later than devices, since it needs them itself. */
export type LaterPorts = Pick<FleetPorts, 'endPayments' | 'hoversSince' | 'announce'>

export type DevicesWired = {
  devices: Devices
  pairing: Pairing
  fleet: Fleet
  view: FleetView
  rollouts: SettingsRollouts
  held: ReturnType<typeof createHeldRequests>
  /** A hover of this device has just ended. */
  hovered(deviceId: string): void
  /** To be called before anything is served. */
  attach(later: LaterPorts): void
  registerRoutes(app: App, guards: Guards): void
  sweeps: (() => Promise<void>)[]
  start(): Promise<void>
  stop(): Promise<void>
}

/** Puts the fleet together: devices, their pairing, settings and revocation. */
export function wireDevices({
  config,
  secrets,
  database,
  clock,
  audit,
  tenancy,
  merchants,
}: DeviceNeeds): DevicesWired {
  const { db } = database
  let later: LaterPorts | null = null
  const attached = () => {
    if (later === null) throw new Error('invariant broken: devices are used before they are put together')
    return later
  }
  const ports: FleetPorts = {
    lanesOf: merchants.lanesOf,
    brandsOf: merchants.brandsOf,
    organisationOfBrand: merchants.organisationOfBrand,
    endPayments: (terminalId) => attached().endPayments(terminalId),
    hoversSince: (deviceIds, since) => attached().hoversSince(deviceIds, since),
    announce: (news) => attached().announce(news),
  }
  const shopOf = merchants.shop
  const commands = createCommands({ db, clock, audit })
  const rollouts = createRollouts({ db, clock, audit, ports })
  const devices = createDevices({ db, clock, audit, shopOf, sandbox: config.sandbox, ports, commands, rollouts })
  const key = (purpose: string) => deriveKey(secrets.contactKey, purpose)
  const guessing = createGuessing({ db, clock, audit, addressKey: key('pairing addresses') })
  const pairing = createPairing({ db, clock, audit, devices, guessing, codeKey: key('pairing codes') })
  const fleet = createFleet({ db, clock, audit, tenancy, ports, commands, shopOf })
  const view = createFleetView({ db, clock, tenancy, ports, shopOf, fleet, commands, pairing })
  const held = createHeldRequests()
  const revocations = createRevocations({ db, connect: database.connect, held })
  const figures = createHoverFigures({ db, clock, ports })
  const settings = createStaffSettings({
    tenancy,
    ports,
    fleet,
    organisationName: async (id) =>
      (await merchants.shops()).find(({ organisation }) => organisation.id === id)?.organisation.name ?? id,
  })
  const templates = createTemplates({ db, clock, audit })
  return {
    devices,
    pairing,
    fleet,
    view,
    rollouts,
    held,
    hovered: figures.hovered,
    attach(ports) {
      later = ports
    },
    registerRoutes(app, guards) {
      registerDeviceRoutes(app, { devices, pairing, fleet, guards, sandbox: config.sandbox })
      registerFleetRoutes(app, { db, devices, fleet, view, pairing, guessing, guards })
      registerSettingsRoutes(app, { settings, templates, rollouts, guards })
    },
    sweeps: [devices.prune, guessing.prune, figures.copy, rollouts.look],
    start: revocations.start,
    stop: revocations.stop,
  }
}
