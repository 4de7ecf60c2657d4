import type { Device, DevicePublicKey, Heartbeat, HeartbeatReply } from '@paume/contract'
import type { CallOptions, Transport } from './transport.ts'

export type DeviceSelf = {
  /** What the server knows of this device. Throws `device_unknown`, `device_revoked`, `clock_skew`. */
  self(options?: CallOptions): Promise<Device>
  /** To be sent every 15 s while the page is open. Answers what the device is to run and to do. */
  heartbeat(state: Omit<Heartbeat, 'deviceTimeMs'>, options?: CallOptions): Promise<HeartbeatReply>
  /**
   * Announces the key that this device signs with next. Keep the new key before the first request it signs: that one brings it into
   * force, and the key before it is good for a minute more.
   */
  announceKey(publicKey: DevicePublicKey, options?: CallOptions): Promise<void>
}

export function deviceOf({ call }: Transport): DeviceSelf {
  return {
    self: async (options) => (await call<Device>({ method: 'GET', path: '/v1/devices/self', ...options })).body,
    heartbeat: async (state, options) => {
      const json: Heartbeat = { ...state, deviceTimeMs: Date.now() }
      return (await call<HeartbeatReply>({ method: 'POST', path: '/v1/devices/self/heartbeat', json, ...options })).body
    },
    announceKey: async (publicKey, options) => {
      await call({ method: 'POST', path: '/v1/devices/self/key', json: { publicKey }, repeatable: true, ...options })
    },
  }
}
