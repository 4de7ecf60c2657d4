import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createExtractableDeviceKey, fileKeyStore } from './file-key-store.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paume-keys-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))
const secret = Buffer.from('what a TPM gives back')

describe('the file of a device key', () => {
  it('gives back a key that signs and that nobody can take out of the program', async () => {
    const store = fileKeyStore(folder)
    const key = await createExtractableDeviceKey()
    await store.save('device', { key, deviceId: 'dev_1' })
    const again = (await store.load('device'))!
    expect(again.deviceId).toBe('dev_1')
    expect(again.key.publicKey).toEqual(key.publicKey)
    expect(again.key.handles.privateKey.extractable).toBe(false)
    await expect(crypto.subtle.exportKey('jwk', again.key.handles.privateKey)).rejects.toThrow()
    expect(await store.load('other')).toBeNull()
  })

  it('is for its owner only, and refused when others may read it', async () => {
    const file = join(folder, 'device.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    await chmod(file, 0o644)
    await expect(fileKeyStore(folder).load('device')).rejects.toMatchObject({
      name: 'KeyStoreUnavailable',
      cause: expect.objectContaining({ message: expect.stringContaining('chmod 600') }),
    })
    await chmod(file, 0o600)
  })

  it('holds nothing readable where there is a secret to seal it with', async () => {
    const store = fileKeyStore(folder, { secret })
    const key = await createExtractableDeviceKey()
    await store.save('sealed', { key, deviceId: 'dev_2' })
    const text = await readFile(join(folder, 'sealed.json'), 'utf8')
    const { d } = await crypto.subtle.exportKey('jwk', key.handles.privateKey)
    expect(text).not.toContain(d)
    expect(text).not.toContain('"d"')
    expect((await store.load('sealed'))!.key.publicKey).toEqual(key.publicKey)
    for (const other of [{}, { secret: Buffer.from('another') }]) {
      await expect(fileKeyStore(folder, other).load('sealed')).rejects.toMatchObject({ name: 'KeyStoreUnavailable' })
    }
  })
})
