import { type FrameSource, syntheticCamera, webcam, withNearInfrared } from '@paume/camera'
import type { Device } from '@paume/contract'
import { preference } from '../design/preferences.ts'

/** `camera`, or on sandbox systems `synthetic:<person>`: a drawn hand of that person. Kept in this browser. */
export type SourceChoice = 'camera' | `synthetic:${number}`

export const sourceChoice = preference<SourceChoice>('paume-source', (stored) =>
  /^synthetic:\d{1,6}$/.test(stored ?? '') ? (stored as SourceChoice) : 'camera',
)

/** The person of a synthetic choice, or null for the camera. */
export const personOf = (choice: SourceChoice): number | null =>
  choice === 'camera' ? null : Number(choice.slice('synthetic:'.length))

/** The choice that counts: a system that takes money never sees a drawn hand. */
export const allowedChoice = (choice: SourceChoice, device: Device): SourceChoice =>
  device.sandbox ? choice : 'camera'

/** Which camera is the near-infrared sensor, by its browser's name for it; empty: the one whose label says so. Kept in this browser. */
export const nearInfraredChoice = preference<string>('paume-nir-camera', (stored) => stored ?? '')

/** The camera, with the near-infrared sensor beside it where the operator says that the device has one. */
export function openSource(choice: SourceChoice, { nearInfrared }: Pick<Device, 'nearInfrared'>): FrameSource {
  const person = personOf(choice)
  if (person !== null) return syntheticCamera({ person, hand: 'R' })
  return nearInfrared ? withNearInfrared(webcam(), { deviceId: nearInfraredChoice.get() || undefined }) : webcam()
}
