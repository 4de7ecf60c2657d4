import type { Device, DeviceKind, DevicePublicKey, PairingStarted } from '@paume/contract'
import { isPaumeError } from './errors.ts'
import { pause } from './retry.ts'
import type { CallOptions, Transport } from './transport.ts'

/** Pairing of a new device; unsigned, because the server does not know its key yet. */
export type Pairing = {
  /** Asks for a code to show; an operator approves it. */
  start(kind: DeviceKind, publicKey: DevicePublicKey, options?: CallOptions): Promise<PairingStarted>
  /** The device once it is approved, or null while it waits. Throws `pairing_code_expired`, `pairing_code_unknown`. */
  poll(pairingId: string, options?: CallOptions): Promise<Device | null>
  /** Polls at the pace the server asked for until the device is approved. */
  approved(started: PairingStarted, options?: CallOptions): Promise<Device>
  /** Uses a code that an operator made beforehand. */
  redeem(code: string, kind: DeviceKind, publicKey: DevicePublicKey, options?: CallOptions): Promise<Device>
}

export function pairingOf({ call }: Transport): Pairing {
  const poll: Pairing['poll'] = async (pairingId, options) => {
    const path = `/v1/pairings/${encodeURIComponent(pairingId)}`
    try {
      const { status, body } = await call<Device>({ method: 'GET', path, ...options })
      return status === 202 ? null : body
    } catch (error) {
      if (isPaumeError(error, 'pairing_pending')) return null
      throw error
    }
  }
  return {
    start: async (kind, publicKey, options) =>
      (await call<PairingStarted>({ method: 'POST', path: '/v1/pairings', json: { kind, publicKey }, ...options }))
        .body,
    poll,
    async approved({ pairingId, pollEveryMs }, options) {
      for (;;) {
        const device = await poll(pairingId, options)
        if (device) return device
        await pause(pollEveryMs, options?.signal)
      }
    },
    redeem: async (code, kind, publicKey, options) =>
      (
        await call<Device>({
          method: 'POST',
          path: '/v1/pairings/redeem',
          json: { code: code.trim().toUpperCase(), kind, publicKey },
          ...options,
        })
      ).body,
  }
}
