import type {
  DeviceKind,
  DevicePublicKey,
  DeviceScreen,
  FlashPolicy,
  RolloutState,
  RolloutStop,
  SettingsPatch,
  SettingsScope,
} from '@paume/contract'
import type { ColumnType, Generated } from 'kysely'

type Json<T> = ColumnType<T, string, string>
/** A column that is null unless somebody says otherwise. */
type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>
type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>

/** The tables that `devices` owns. */
export type DeviceTables = {
  devices: {
    id: string
    kind: DeviceKind
    name: string
    shop_id: string
    organisation_id: string
    terminal_id: string | null
    lane_id: Nullable<string>
    screen: Generated<DeviceScreen>
    near_infrared: Generated<boolean>
    /** The device's own policy; null follows its settings, then the organisation's. */
    flash: FlashPolicy | null
    state: 'unpaired' | 'paired' | 'revoked'
    /** The key in force. */
    public_key: Json<DevicePublicKey> | null
    /** The key that comes into force with the first request it signs. */
    next_public_key: NullableJson<DevicePublicKey>
    /** The one before, good until then. */
    previous_public_key: NullableJson<DevicePublicKey>
    previous_key_until: Nullable<Date>
    key_since: Nullable<Date>
    paired_at: Nullable<Date>
    last_seen_at: Date | null
    app_version: string | null
    camera: string | null
    /** Device clock minus ours at the last heartbeat, ms. */
    clock_skew_ms: number | null
    screen_width_px: Nullable<number>
    screen_height_px: Nullable<number>
    /** Names of the settings it was last told to run, and that it said it runs. */
    settings_wanted: Nullable<string>
    settings_running: Nullable<string>
    /** The flash policy of the settings it was last told to run. */
    settings_flash: Nullable<FlashPolicy>
    /** Copied from the figures of hovers every minute. */
    last_hover_at: Nullable<Date>
    hovers_day: Generated<number>
    refused_day: Generated<number>
    failure_rate: ColumnType<number | null, never, never>
    created_at: Generated<Date>
    revoked_at: Date | null
    /** Staff; null: the operator's token, or nobody. */
    revoked_by: Nullable<string>
    lost_at: Nullable<Date>
    lost_note: Nullable<string>
  }
  device_pairings: {
    id: string
    /** HMAC of the code; the code itself is shown once and not kept. */
    code_hmac: string
    /** Set when an operator made the code for a device beforehand. */
    device_id: string | null
    kind: DeviceKind
    /** Set when a device asked and waits for an operator. */
    public_key: Json<DevicePublicKey> | null
    made_for: Generated<'now' | 'sheet'>
    made_at: Generated<Date>
    made_by: Nullable<string>
    expires_at: Date
    used_at: Date | null
    revoked_at: Nullable<Date>
  }
  device_pairing_guesses: { who: string; at: Date }
  device_pairing_locks: { scope: string; guesses: number; locked_at: Date; until: Date }
  device_nonces: { device_id: string; nonce: string; expires_at: Date }
  /** Spans in which nothing was heard of a device; one that goes on has no row yet. */
  device_outages: { device_id: string; from_at: Date; until_at: Date }
  device_commands: {
    id: string
    device_id: string
    kind: 'restart'
    asked_at: Date
    asked_by: string | null
    expires_at: Date
    fetched_at: Date | null
    done_at: Date | null
  }
  device_settings_templates: {
    id: string
    organisation_id: string
    name: string
    current_version: number | null
    created_at: Date
  }
  device_settings_versions: {
    template_id: string
    version: number
    settings: Json<SettingsPatch>
    created_at: Date
    created_by: string | null
  }
  device_settings_assignments: { scope: SettingsScope; scope_id: string; template_id: string }
  device_settings_rollouts: {
    id: string
    template_id: string
    version: number
    from_version: number | null
    state: RolloutState
    stop: RolloutStop | null
    stages_percent: number[]
    stage: number
    stage_minutes: number
    due_up_to: bigint
    started_at: Date
    started_by: string | null
    stage_since: Date
    ended_at: Date | null
  }
  device_settings_runs: { rollout_id: string; device_id: string; took_at: Date | null; refused_at: Date | null }
}
