import type {
  BULK_DEVICE_ACTIONS,
  Device,
  DeviceCreate,
  DeviceCreated,
  DeviceDetails,
  DeviceHistory,
  DeviceListed,
  DeviceListQuery,
  DevicesBulkDone,
  Page,
  PairingApprove,
  PairingCodeIssued,
  RolloutCreate,
  SettingsAssignment,
  SettingsPatch,
  SettingsRollout,
  SettingsTemplate,
  SettingsTemplateListed,
} from '@paume/contract'
import type { CallOptions, Transport } from '../transport.ts'

type ListQuery = { q?: string; sort?: string; limit?: number; after?: string }
type Query = Record<string, string | number | undefined>

/** Devices, their settings and the roll-outs of settings, as the console works with them. */
export type DeviceCalls = {
  list(query?: DeviceListQuery, options?: CallOptions): Promise<Page<DeviceListed>>
  one(id: string, options?: CallOptions): Promise<DeviceDetails>
  history(id: string, options?: CallOptions): Promise<DeviceHistory>
  create(device: DeviceCreate): Promise<DeviceCreated>
  /** Binds a code that a device shows to a shop. */
  approve(approval: PairingApprove): Promise<Device>
  /** A code to be typed in now (10 minutes), or for paper (14 days). */
  code(id: string, kind: 'now' | 'sheet'): Promise<PairingCodeIssued>
  withdrawCodes(id: string): Promise<void>
  rename(id: string, name: string): Promise<DeviceDetails>
  lane(id: string, laneId: string | null): Promise<DeviceDetails>
  move(id: string, shopId: string): Promise<DeviceDetails>
  restart(id: string): Promise<DeviceDetails>
  revoke(id: string): Promise<DeviceDetails>
  lost(id: string, note?: string): Promise<DeviceDetails>
  bulk(action: (typeof BULK_DEVICE_ACTIONS)[number], ids: readonly string[]): Promise<DevicesBulkDone>
  templates(query?: ListQuery, options?: CallOptions): Promise<Page<SettingsTemplateListed>>
  template(id: string, options?: CallOptions): Promise<SettingsTemplate>
  createTemplate(template: {
    name: string
    organisationId?: string
    settings: SettingsPatch
  }): Promise<SettingsTemplate>
  addVersion(templateId: string, settings: SettingsPatch): Promise<SettingsTemplate>
  assign(assignment: SettingsAssignment): Promise<SettingsTemplate>
  unassign(assignment: SettingsAssignment): Promise<SettingsTemplate>
  rollouts(query?: ListQuery & { templateId?: string }, options?: CallOptions): Promise<Page<SettingsRollout>>
  rollout(id: string, options?: CallOptions): Promise<SettingsRollout>
  startRollout(rollout: RolloutCreate): Promise<SettingsRollout>
  stopRollout(id: string): Promise<SettingsRollout>
}

export function devicesOf({ call }: Transport): DeviceCalls {
  const get = async <T>(path: string, query: Query = {}, options: CallOptions = {}): Promise<T> =>
    (await call<T>({ method: 'GET', path, query, ...options })).body
  const send = async <T>(path: string, json: unknown = {}, method: 'POST' | 'PUT' = 'POST'): Promise<T> =>
    (await call<T>({ method, path, json })).body
  const at = (id: string, what = '') => `/v1/devices/${encodeURIComponent(id)}${what}`
  const templateAt = (id: string, what = '') => `/v1/settings-templates/${encodeURIComponent(id)}${what}`
  const rolloutAt = (id: string, what = '') => `/v1/settings-rollouts/${encodeURIComponent(id)}${what}`
  return {
    list: (query, options) => get('/v1/devices', query as Query, options),
    one: (id, options) => get(at(id), {}, options),
    history: (id, options) => get(at(id, '/history'), {}, options),
    create: (device) => send('/v1/devices', device),
    approve: (approval) => send('/v1/pairings/approve', approval),
    code: (id, kind) => send(at(id, '/codes'), { for: kind }),
    withdrawCodes: async (id) => {
      await call({ method: 'DELETE', path: at(id, '/codes') })
    },
    rename: (id, name) => send(at(id, '/name'), { name }),
    lane: (id, laneId) => send(at(id, '/lane'), { laneId }),
    move: (id, shopId) => send(at(id, '/move'), { shopId }),
    restart: (id) => send(at(id, '/restart')),
    revoke: async (id) => (await call<DeviceDetails>({ method: 'POST', path: at(id, '/revoke') })).body,
    lost: (id, note) => send(at(id, '/lost'), note ? { note } : {}),
    bulk: (action, ids) => send('/v1/devices/bulk', { action, ids }),
    templates: (query, options) => get('/v1/settings-templates', query, options),
    template: (id, options) => get(templateAt(id), {}, options),
    createTemplate: (template) => send('/v1/settings-templates', template),
    addVersion: (id, settings) => send(templateAt(id, '/versions'), { settings }),
    assign: (assignment) => send('/v1/settings-assignments', assignment, 'PUT'),
    unassign: (assignment) => send('/v1/settings-assignments/remove', assignment),
    rollouts: (query, options) => get('/v1/settings-rollouts', query, options),
    rollout: (id, options) => get(rolloutAt(id), {}, options),
    startRollout: (rollout) => send('/v1/settings-rollouts', rollout),
    stopRollout: (id) => send(rolloutAt(id, '/stop')),
  }
}
