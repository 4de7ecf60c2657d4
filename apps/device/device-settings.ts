import { DEFAULT_SETTINGS, type Device, type DeviceSettings, LANGUAGES, type Language } from '@paume/contract'
import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let current: DeviceSettings = DEFAULT_SETTINGS

/** What this page is set to: as the last heartbeat said, until then as everybody begins. */
export const deviceSettings = {
  get: () => current,
  set(next: DeviceSettings) {
    current = next
    for (const listener of listeners) listener()
  },
  subscribe(listener: () => void) {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

export const useDeviceSettings = (): DeviceSettings =>
  useSyncExternalStore(deviceSettings.subscribe, deviceSettings.get, deviceSettings.get)

const isLanguage = (value: string): value is Language => LANGUAGES.some((known) => known === value)

/** Languages of the screen in their order: as it is set, else those of the shop. */
export const languagesOf = ({ languages }: DeviceSettings, { shop }: Pick<Device, 'shop'>): Language[] =>
  languages ?? shop.languages.filter(isLanguage)

/** The device, with what its settings leave off. */
export const asSet = <D extends Pick<Device, 'nearInfrared'>>(device: D, { nearInfrared }: DeviceSettings): D =>
  device.nearInfrared && !nearInfrared ? { ...device, nearInfrared } : device
