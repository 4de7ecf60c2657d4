import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { requestHash } from './idempotency.ts'

const request = (body: unknown, path = '/v1/a') => ({ key: 'k', method: 'POST', path, body })

describe('the hash of a request', () => {
  it('does not see the order of members', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (body) => {
        const turned = Object.fromEntries(Object.entries(body).reverse())
        expect(requestHash(request(turned)).equals(requestHash(request(body)))).toBe(true)
      }),
    )
  })

  it('sees every other change', () => {
    const base = requestHash(request({ amountMinor: 100, reference: 'a' }))
    expect(base.equals(requestHash(request({ amountMinor: 101, reference: 'a' })))).toBe(false)
    expect(base.equals(requestHash(request({ amountMinor: '100', reference: 'a' })))).toBe(false)
    expect(base.equals(requestHash(request({ amountMinor: 100, reference: 'a' }, '/v1/b')))).toBe(false)
    expect(requestHash(request([1, 2])).equals(requestHash(request([2, 1])))).toBe(false)
    expect(requestHash(request({ a: [1] })).equals(requestHash(request({ a: 1 })))).toBe(false)
  })
})
