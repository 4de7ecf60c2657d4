import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { TenantKey } from '../secrets.ts'
import { createKeyRing, openBytes, sealBytes, secretOf } from './data-key.ts'
import { createGalleryKeys } from './gallery-keys.ts'

const tenant = (epoch: number) => ({ epoch, key: randomBytes(32) })

describe('sealed bytes', () => {
  it('open with the same key and binding only, and never the same twice', () => {
    const key = randomBytes(32)
    const plain = randomBytes(500)
    const sealed = sealBytes(key, plain, 'here')
    expect(openBytes(key, sealed, 'here')).toEqual(plain)
    expect(sealBytes(key, plain, 'here')).not.toEqual(sealed)
    expect(sealed.includes(plain.subarray(0, 16))).toBe(false)
    expect(() => openBytes(key, sealed, 'there')).toThrow()
    expect(() => openBytes(randomBytes(32), sealed, 'here')).toThrow()
    for (let at = 0; at < sealed.length; at += 37) {
      const altered = Buffer.from(sealed)
      altered[at] ^= 1
      expect(() => openBytes(key, altered, 'here')).toThrow()
    }
    expect(() => openBytes(key, Buffer.alloc(10), 'here')).toThrow('too short')
  })
})

describe('a key made ready', () => {
  it('opens what its bytes open, also after these are wiped, and nothing else', () => {
    const key = randomBytes(32)
    const sealed = sealBytes(key, Buffer.from('a template'), 'here')
    const secret = secretOf(key)
    key.fill(0)
    expect(openBytes(secret, sealed, 'here').toString()).toBe('a template')
    expect(secretOf(secret)).toBe(secret)
    expect(() => openBytes(key, sealed, 'here')).toThrow()
    expect(() => openBytes(secretOf(randomBytes(32)), sealed, 'here')).toThrow()
  })
})

const ringOf = (...keys: TenantKey[]) => createKeyRing(createGalleryKeys(keys))

describe('the key ring', () => {
  it('wraps with the newest tenant key and unwraps with older ones', () => {
    const first = tenant(1)
    const old = ringOf(first).make('shp_1', 'org_A')
    const ring = ringOf(first, tenant(2))
    const fresh = ring.make('shp_1', 'org_A')
    expect([old.epoch, fresh.epoch]).toEqual([1, 2])
    expect(ring.unwrap('shp_1', old)).toEqual(old.key)
    expect(ring.unwrap('shp_1', fresh)).toEqual(fresh.key)
  })

  it('does not unwrap for another owner, for another gallery, nor without the tenant key', () => {
    const ring = ringOf(tenant(1))
    const made = ring.make('shp_1', 'org_A')
    expect(() => ring.unwrap('shp_2', made)).toThrow()
    for (const keyedBy of ['org_B', 'network', 'installation']) {
      expect(() => ring.unwrap('shp_1', { ...made, keyedBy })).toThrow()
    }
    expect(() => ringOf(tenant(2)).unwrap('shp_1', made)).toThrow('epoch 1 is missing')
  })

  it('of before there were galleries still opens', () => {
    const first = tenant(1)
    const key = randomBytes(32)
    const wrapped = sealBytes(first.key, key, 'paume data key shp_1 1')
    expect(ringOf(first).unwrap('shp_1', { wrapped, epoch: 1, keyedBy: 'installation' })).toEqual(key)
  })
})
