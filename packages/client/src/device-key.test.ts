import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDeviceKey, deviceKeyOf } from './device-key.ts'
import { KeyStoreUnavailable } from './errors.ts'
import { type DeviceKeyStore, memoryKeyStore } from './key-store.ts'
import { createExtractableDeviceKey, fileKeyStore } from './node/file-key-store.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paume-keys-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('a device key', () => {
  it('does not let its private half out', async () => {
    const { handles, publicKey } = await createDeviceKey()
    expect(handles.privateKey.extractable).toBe(false)
    await expect(crypto.subtle.exportKey('jwk', handles.privateKey)).rejects.toThrow()
    expect(publicKey.x).toHaveLength(43)
    expect(publicKey.y).toHaveLength(43)
    expect(publicKey).not.toHaveProperty('d')
  })

  it('refuses keys of another kind', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, false, ['sign', 'verify'])
    await expect(deviceKeyOf(pair)).rejects.toThrow(TypeError)
  })
})

const stores: [string, () => DeviceKeyStore][] = [
  ['memory', () => memoryKeyStore()],
  ['file', () => fileKeyStore(folder)],
]
describe.each(stores)('the %s key store', (_name, open) => {
  it('gives back what was kept, slot by slot, until it is erased', async () => {
    const store = open()
    const key = await createExtractableDeviceKey()
    expect(await store.load('kiosk')).toBeNull()
    await store.save('kiosk', { key, deviceId: null })
    await store.save('kiosk', { key, deviceId: 'dev_1' })
    expect(await store.load('terminal')).toBeNull()
    const kept = await store.load('kiosk')
    expect(kept).toMatchObject({ deviceId: 'dev_1', key: { publicKey: key.publicKey } })
    const data = new TextEncoder().encode('something')
    const signature = await kept!.key.sign(data)
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
    expect(await crypto.subtle.verify(algorithm, key.handles.publicKey, signature, data)).toBe(true)
    await store.erase('kiosk')
    await store.erase('kiosk')
    expect(await store.load('kiosk')).toBeNull()
  })
})

describe('the file key store', () => {
  it('writes for its owner only, and says when the file cannot be used', async () => {
    const store = fileKeyStore(folder)
    await store.save('kiosk', { key: await createExtractableDeviceKey(), deviceId: null })
    expect((await stat(join(folder, 'kiosk.json'))).mode & 0o777).toBe(0o600)
    expect(await readFile(join(folder, 'kiosk.json'), 'utf8')).toContain('"crv":"P-256"')
    await writeFile(join(folder, 'kiosk.json'), '{"deviceId":')
    await expect(store.load('kiosk')).rejects.toThrow(KeyStoreUnavailable)
    await expect(store.load('../kiosk')).rejects.toThrow(TypeError)
    await expect(store.save('kiosk', { key: await createDeviceKey(), deviceId: null })).rejects.toThrow(
      KeyStoreUnavailable,
    )
  })
})
