import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createKeyRing, openBytes, sealBytes, secretOf } from './data-key.ts'

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

describe('the key ring', () => {
  it('wraps with the newest tenant key and unwraps with older ones', () => {
    const first = tenant(1)
    const old = createKeyRing([first]).make('shp_1')
    const ring = createKeyRing([first, tenant(2)])
    const fresh = ring.make('shp_1')
    expect([old.epoch, fresh.epoch]).toEqual([1, 2])
    expect(ring.unwrap('shp_1', old)).toEqual(old.key)
    expect(ring.unwrap('shp_1', fresh)).toEqual(fresh.key)
  })

  it('does not unwrap for another owner, nor without the tenant key', () => {
    const ring = createKeyRing([tenant(1)])
    const made = ring.make('shp_1')
    expect(() => ring.unwrap('shp_2', made)).toThrow()
    expect(() => createKeyRing([tenant(2)]).unwrap('shp_1', made)).toThrow('epoch 1 is missing')
  })
})
