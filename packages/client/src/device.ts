import type { Device, Heartbeat } from '@paume/contract'
import type { CallOptions, Transport } from './transport.ts'

export type DeviceSelf = {
  /** What the server knows of this device. Throws `device_unknown`, `device_revoked`, `clock_skew`. */
  self(options?: CallOptions): Promise<Device>
  /** To be sent every 15 s while the page is open. */
  heartbeat(state: Omit<Heartbeat, 'deviceTimeMs'>, options?: CallOptions): Promise<void>
}

export function deviceOf({ call }: Transport): DeviceSelf {
  return {
    self: async (options) => (await call<Device>({ method: 'GET', path: '/v1/devices/self', ...options })).body,
    heartbeat: async (state, options) => {
      const json: Heartbeat = { ...state, deviceTimeMs: Date.now() }
      await call({ method: 'POST', path: '/v1/devices/self/heartbeat', json, ...options })
    },
  }
}
