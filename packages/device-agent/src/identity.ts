import { type DeviceApi, type DeviceKeyStore, openDevice, openPublic } from '@paume/client'
import { createExtractableDeviceKey } from '@paume/client/node'
import type { Device, DeviceKind } from '@paume/contract'

/** A program has one device under one name in its folder. */
const SLOT = 'device'
const NEXT = 'device-next'

export type OpenedDevice = {
  api: DeviceApi
  /** Takes a new key: announces it, keeps it, signs with it. A crash at any step leaves one that is good. */
  rotateKey(): Promise<void>
}

/** Uses a code of a pairing sheet and keeps what it got. Throws `pairing_code_…`, `device_wrong_kind`. */
export async function pairWithCode(
  { baseUrl, store }: { baseUrl: string; store: DeviceKeyStore },
  code: string,
  kind: DeviceKind,
): Promise<Device> {
  const key = await createExtractableDeviceKey()
  // Kept first: a code is good once, and would be lost with a folder that cannot be written.
  await store.save(SLOT, { key, deviceId: null })
  const device = await openPublic({ baseUrl }).pairing.redeem(code, kind, key.publicKey)
  await store.save(SLOT, { key, deviceId: device.id })
  return device
}

/** The device that was paired here, or null. */
export async function openPaired({
  baseUrl,
  store,
}: {
  baseUrl: string
  store: DeviceKeyStore
}): Promise<OpenedDevice | null> {
  const kept = await store.load(SLOT)
  if (kept === null || kept.deviceId === null) return null
  const { deviceId } = kept
  const opened: OpenedDevice = {
    api: openDevice({ baseUrl, deviceId, key: kept.key }),
    async rotateKey() {
      const key = await createExtractableDeviceKey()
      await store.save(NEXT, { key, deviceId })
      // Until the new key has signed something, the old one stays good however often this is begun anew.
      await opened.api.device.announceKey(key.publicKey)
      await store.save(SLOT, { key, deviceId })
      await store.erase(NEXT)
      opened.api = openDevice({ baseUrl, deviceId, key })
    },
  }
  return opened
}
