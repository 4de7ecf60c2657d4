import type { DeviceApi } from '@paume/client'
import type { Device } from '@paume/contract'

/** A paired device whose page may do its work. */
export interface ReadyDevice {
  device: Device
  api: DeviceApi
  /** True when the failure was of the whole page (revoked, clock off) and is shown already. */
  report: (error: unknown) => boolean
}
