import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createPhoneVault, parsePhone, phoneHint } from './phone.ts'

describe('a phone number', () => {
  it('is read in E.164 or in the national form of the shop’s country', () => {
    expect(parsePhone('+33 6 12 34 56 78', 'US')).toBe('+33612345678')
    expect(parsePhone('06 12 34 56 78', 'FR')).toBe('+33612345678')
    expect(parsePhone('(415) 555-2671', 'US')).toBe('+14155552671')
    expect(phoneHint(parsePhone('(415) 555-2671', 'US'))).toBe('…71')
  })

  it('is refused when it is none, or one that gets no text messages', () => {
    for (const text of [
      '',
      '1',
      'phone',
      '+1',
      '555-2671',
      '+1 800 555 1234',
      '+33 1 42 68 53 00',
      '+14155552671 ext. 4',
    ]) {
      expect(() => parsePhone(text, 'US'), text).toThrow(expect.objectContaining({ code: 'phone_invalid' }))
    }
  })

  it('is kept so that it can be found but not read, and only in its own row', () => {
    const vault = createPhoneVault(randomBytes(32), randomBytes(32))
    const phone = parsePhone('+14155552671', 'US')
    const sealed = vault.seal(phone, 'shp_1')
    expect(sealed.toString('latin1')).not.toContain('5552671')
    expect(vault.open(sealed, 'shp_1')).toBe(phone)
    expect(() => vault.open(sealed, 'shp_2')).toThrow()
    expect(vault.hmac(phone)).toBe(vault.hmac(phone))
    expect(createPhoneVault(randomBytes(32), randomBytes(32)).hmac(phone)).not.toBe(vault.hmac(phone))
  })
})
