import { createHash } from 'node:crypto'
import {
  DEFAULT_SETTINGS,
  type DeviceSettings,
  SETTING_NAMES,
  SETTINGS_SCOPES,
  type SettingSource,
  type SettingsPatch,
  type SettingsScope,
} from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'

/** Draws are 48 bits: as many as a JavaScript number holds without doubt. */
export const HIGHEST_DRAW = 2n ** 48n - 1n

/** Where a device stands in the order in which a roll-out reaches devices: the same every time, and another for every roll-out. */
export const drawOf = (rolloutId: string, deviceId: string): bigint =>
  BigInt(`0x${createHash('sha256').update(`${rolloutId} ${deviceId}`).digest('hex').slice(0, 12)}`)

export type Resolved = {
  settings: DeviceSettings
  version: string
  sources: Record<string, SettingSource>
  /** Roll-outs under way that this device is to take part in now. */
  rollouts: string[]
}
export type SettingsPlace = { deviceId: string; shopId: string; brandId: string | null; organisationId: string }

/** Names settings by what they say: the same settings have the same name wherever they came from. */
export const versionOf = (settings: DeviceSettings): string =>
  createHash('sha256')
    .update(JSON.stringify(SETTING_NAMES.map((name) => [name, settings[name]])))
    .digest('hex')
    .slice(0, 16)

type Layer = {
  scope: SettingsScope
  template_id: string
  name: string
  current_version: number | null
  settings: SettingsPatch | null
  rollout_id: string | null
  rollout_version: number | null
  due_up_to: bigint | null
  rollout_settings: SettingsPatch | null
}

/** What a device is to run: each setting from the most particular template that sets it. */
export async function resolveSettings(db: QueryExecutorProvider, place: SettingsPlace): Promise<Resolved> {
  const { rows } = await sql<Layer>`
    select a.scope, t.id as template_id, t.name, t.current_version, v.settings,
           r.id as rollout_id, r.version as rollout_version, r.due_up_to, rv.settings as rollout_settings
      from device_settings_assignments a
      join device_settings_templates t on t.id = a.template_id
      left join device_settings_versions v on v.template_id = t.id and v.version = t.current_version
      left join device_settings_rollouts r on r.template_id = t.id and r.state = 'running'
      left join device_settings_versions rv on rv.template_id = t.id and rv.version = r.version
     where t.organisation_id = ${place.organisationId}
       and ((a.scope = 'organisation' and a.scope_id = ${place.organisationId})
         or (a.scope = 'brand' and a.scope_id = ${place.brandId})
         or (a.scope = 'shop' and a.scope_id = ${place.shopId})
         or (a.scope = 'device' and a.scope_id = ${place.deviceId}))`.execute(db)
  return mergeLayers(rows, place.deviceId)
}

export function mergeLayers(layers: readonly Layer[], deviceId: string): Resolved {
  const settings: DeviceSettings = { ...DEFAULT_SETTINGS }
  const sources: Record<string, SettingSource> = {}
  for (const name of SETTING_NAMES) sources[name] = { from: 'default' }
  const rollouts: string[] = []
  const order = (layer: Layer) => SETTINGS_SCOPES.indexOf(layer.scope)
  for (const layer of [...layers].sort((one, other) => order(one) - order(other))) {
    const due = layer.rollout_id !== null && drawOf(layer.rollout_id, deviceId) <= layer.due_up_to!
    if (due) rollouts.push(layer.rollout_id!)
    const patch = due ? layer.rollout_settings : layer.settings
    const version = due ? layer.rollout_version : layer.current_version
    if (patch === null || version === null) continue
    const source = { from: layer.scope, templateId: layer.template_id, templateName: layer.name, version }
    for (const name of SETTING_NAMES) {
      if (patch[name] === undefined) continue
      Object.assign(settings, { [name]: patch[name] })
      sources[name] = due ? { ...source, rolloutId: layer.rollout_id! } : source
    }
  }
  return { settings, version: versionOf(settings), sources, rollouts: [...new Set(rollouts)] }
}
