import { ROTATION_KEY_BYTES, type Rotation, rotationOf } from '@paume/palm'
import { deriveKey, SecretsError, type TenantKey } from '../secrets.ts'

/** The gallery of everybody who agreed to be known wherever an organisation takes part. Any other bears its organisation's identifier. */
export const NETWORK = 'network'
/** What turned and wrapped everything before there were galleries: the tenant key itself. No gallery bears this name. */
export const INSTALLATION = 'installation'

/**
 * The keys of galleries. Each gallery has a rotation and a wrapping key of its own, derived from the tenant key of an epoch: what belongs
 * to one organisation opens nothing of another, and a new tenant key renews all of them.
 */
export type GalleryKeys = {
  /** Epoch of the newest tenant key. */
  epoch: number
  /** Throws SecretsError when the tenant key of that epoch is not here. Default: the newest. */
  rotation(keyedBy: string, epoch?: number): Rotation
  /** Wraps the data keys of shoppers. 32 bytes. Throws SecretsError as above. */
  wrapping(keyedBy: string, epoch: number): Buffer
}

export function createGalleryKeys(tenantKeys: readonly TenantKey[]): GalleryKeys {
  const newest = tenantKeys.at(-1)
  if (newest === undefined) throw new Error('invariant broken: no tenant key')
  const rotations = new Map<string, Rotation>()
  const wrappings = new Map<string, Buffer>()
  const of = (epoch: number): Buffer => {
    const tenant = tenantKeys.find((key) => key.epoch === epoch)
    if (tenant === undefined) throw new SecretsError(`the tenant key of epoch ${epoch} is missing from the secrets`)
    return tenant.key
  }
  const derived = (keyedBy: string, epoch: number, what: 'rotation' | 'wrapping'): Buffer =>
    keyedBy === INSTALLATION ? of(epoch) : deriveKey(of(epoch), `gallery ${what} ${keyedBy}`)
  return {
    epoch: newest.epoch,
    rotation: (keyedBy, epoch = newest.epoch) =>
      known(rotations, `${epoch} ${keyedBy}`, () =>
        rotationOf(derived(keyedBy, epoch, 'rotation').subarray(0, ROTATION_KEY_BYTES), epoch),
      ),
    wrapping: (keyedBy, epoch) => known(wrappings, `${epoch} ${keyedBy}`, () => derived(keyedBy, epoch, 'wrapping')),
  }
}

function known<T>(made: Map<string, T>, name: string, make: () => T): T {
  const before = made.get(name)
  if (before !== undefined) return before
  const value = make()
  made.set(name, value)
  return value
}
