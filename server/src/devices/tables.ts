import type { DeviceKind, DevicePublicKey, DeviceScreen, FlashPolicy } from '@paume/contract'
import type { ColumnType, Generated } from 'kysely'

type Json<T> = ColumnType<T, string, string>

/** The tables that `devices` owns. */
export type DeviceTables = {
  devices: {
    id: string
    kind: DeviceKind
    name: string
    shop_id: string
    organisation_id: string
    terminal_id: string | null
    screen: Generated<DeviceScreen>
    near_infrared: Generated<boolean>
    /** The device's own policy; null follows the organisation's. */
    flash: FlashPolicy | null
    state: 'unpaired' | 'paired' | 'revoked'
    public_key: Json<DevicePublicKey> | null
    last_seen_at: Date | null
    app_version: string | null
    camera: string | null
    /** Device clock minus ours at the last heartbeat, ms. */
    clock_skew_ms: number | null
    created_at: Generated<Date>
    revoked_at: Date | null
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
    expires_at: Date
    used_at: Date | null
  }
  device_nonces: { device_id: string; nonce: string; expires_at: Date }
}
