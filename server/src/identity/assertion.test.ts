import { sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { movableClock } from '../clock.ts'
import { makeSecrets, openSecrets } from '../secrets.ts'
import { ASSERTION_TTL_MS, createAssertions, type IdentityAssertion } from './assertion.ts'

const secrets = openSecrets(JSON.stringify(makeSecrets()))
const claims = {
  shopperId: 'shp_1',
  terminalId: 'dev_1',
  organisationId: 'org_1',
  payeeId: 'shop_1',
  paymentId: 'pay_1',
  amountMinor: 2340n,
  currency: 'USD',
}

describe('an identity assertion', () => {
  it('says again what it was made of, each with a nonce of its own', () => {
    const assertions = createAssertions(secrets, movableClock())
    const one = assertions.verify(assertions.mint(claims))
    expect(one).toMatchObject(claims)
    expect(assertions.verify(assertions.mint(claims)).nonce).not.toBe(one.nonce)
  })

  it('is good for ten seconds', () => {
    const clock = movableClock()
    const assertions = createAssertions(secrets, clock)
    const assertion = assertions.mint(claims)
    clock.moveMs(ASSERTION_TTL_MS + 1)
    expect(() => assertions.verify(assertion)).toThrow(expect.objectContaining({ code: 'assertion_expired' }))
  })

  it('is refused when altered, made elsewhere, or not of its form', () => {
    const clock = movableClock()
    const assertions = createAssertions(secrets, clock)
    const assertion = assertions.mint(claims)
    const [prefix, body, signature] = assertion.split('.')
    const more = JSON.parse(Buffer.from(body, 'base64url').toString())
    const altered = Buffer.from(JSON.stringify({ ...more, amountMinor: '1' })).toString('base64url')
    const foreign = createAssertions(openSecrets(JSON.stringify(makeSecrets())), clock).mint(claims)
    const bad = [`${prefix}.${altered}.${signature}`, foreign, `${assertion}.x`, 'x', '', `${prefix}.${body}.`]
    for (const text of bad) {
      expect(() => assertions.verify(text as IdentityAssertion)).toThrow(
        expect.objectContaining({ code: 'assertion_invalid' }),
      )
    }
  })

  it('says nothing of the network’s identifier to who reads it, and the pseudonym of the organisation it was made for', () => {
    const assertions = createAssertions(secrets, movableClock())
    const assertion = assertions.mint(claims)
    const [, body] = assertion.split('.')
    const readable = Buffer.from(body, 'base64url').toString()
    expect(readable).not.toContain('shp_')
    const statement = assertions.read(assertion)!
    expect(JSON.parse(readable).shopper).toBe(statement.pseudonym)
    expect(statement).toMatchObject({ mayLeave: true, claims: { shopperId: 'shp_1' } })
    const other = assertions.read(assertions.mint({ ...claims, organisationId: 'org_2' }))!
    expect(other.pseudonym).not.toBe(statement.pseudonym)
  })

  it('of before, which named the shopper, is still read for the record and not to be shown', () => {
    const text = JSON.stringify({ ...claims, amountMinor: '2340', nonce: 'n', expiresAt: 11_000 })
    const body = `paume-assertion-1.${Buffer.from(text).toString('base64url')}`
    const oldest = `${body}.${sign(null, Buffer.from(body), secrets.assertionKey.privateKey).toString('base64url')}`
    const statement = createAssertions(secrets, movableClock()).read(oldest)!
    expect(statement).toMatchObject({ mayLeave: false, claims: { shopperId: 'shp_1', amountMinor: 2340n } })
    expect(statement.signedAt.getTime()).toBe(1_000)
  })
})
