import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSecrets, makeSecrets, openSecrets, SecretsError } from './secrets.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paume-secrets-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the secrets', () => {
  it('are made once, for nobody else to read', async () => {
    const first = await loadSecrets(folder, undefined)
    const again = await loadSecrets(folder, undefined)
    expect(again.operatorToken).toBe(first.operatorToken)
    expect(again.contactKey).toEqual(first.contactKey)
    expect((await stat(join(folder, 'secrets.json'))).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['secrets.json'])
    expect((await loadSecrets(folder, 'a-token-from-outside')).operatorToken).toBe('a-token-from-outside')
  })

  it('stop the start when others can read them, or a part is missing', async () => {
    await loadSecrets(folder, undefined)
    const file = join(folder, 'secrets.json')
    await chmod(file, 0o644)
    await expect(loadSecrets(folder, undefined)).rejects.toThrow('chmod 600')
    await chmod(file, 0o600)
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.slice(0, 100))
    await expect(loadSecrets(folder, undefined)).rejects.toThrow(SecretsError)
    const short = { ...makeSecrets(), contactKey: 'AAAA' }
    expect(() => openSecrets(JSON.stringify(short))).toThrow('contactKey')
    expect(() => openSecrets(JSON.stringify({ ...makeSecrets(), tenantKeys: [] }))).toThrow('tenantKeys')
  })

  it('hold the key of a carrier of texts only when somebody wrote one down', () => {
    expect(openSecrets(JSON.stringify(makeSecrets())).textCarrierKey).toBe(null)
    const withKey = { ...makeSecrets(), textCarrierKey: 'key-of-the-carrier-0001' }
    expect(openSecrets(JSON.stringify(withKey)).textCarrierKey).toBe('key-of-the-carrier-0001')
    for (const textCarrierKey of ['', 'short', 'key of the carrier 0001', 'key-of-the-carrier\n0001'])
      expect(() => openSecrets(JSON.stringify({ ...makeSecrets(), textCarrierKey }))).toThrow('textCarrierKey')
  })
})
