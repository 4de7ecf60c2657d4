import type { DeviceKey } from './device-key.ts'

/** What a device keeps of itself. `deviceId` is null until an operator has approved the pairing. */
export type DeviceIdentity = {
  key: DeviceKey
  deviceId: string | null
}

/** Keeps the identities of the devices of one browser or program, one a slot (a laptop may be kiosk and till at once). */
export type DeviceKeyStore = {
  /** The identity kept under `slot`, or null. Throws KeyStoreUnavailable. */
  load(slot: string): Promise<DeviceIdentity | null>
  /** Keeps, or replaces. Throws KeyStoreUnavailable. */
  save(slot: string, identity: DeviceIdentity): Promise<void>
  /** Forgets; no error when there was nothing. Throws KeyStoreUnavailable. */
  erase(slot: string): Promise<void>
}

/** Forgets everything when the program ends: for tests and short programs. */
export function memoryKeyStore(): DeviceKeyStore {
  const kept = new Map<string, DeviceIdentity>()
  return {
    load: async (slot) => kept.get(slot) ?? null,
    save: async (slot, identity) => {
      kept.set(slot, { ...identity })
    },
    erase: async (slot) => {
      kept.delete(slot)
    },
  }
}
