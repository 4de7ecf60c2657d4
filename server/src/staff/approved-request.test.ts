import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ApprovedRequest, canonical, requestSha256 } from './approved-request.ts'

const shuffled = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(shuffled)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, field]) => [key, shuffled(field)]),
        )
      : value

const request: ApprovedRequest = {
  action: 'limits.change',
  organisationId: 'org_a',
  method: 'PUT',
  path: '/v1/organisations/org_a/limits/USD?b=2&a=1',
  body: { perPaymentMinor: 100, perDayMinor: 1000 },
}

describe('what is approved', () => {
  it('is the same whatever order keys stand in', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => canonical(shuffled(value)) === canonical(value)))
  })

  it('is another when any value is another', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const same = JSON.stringify(JSON.parse(canonical(a))) === JSON.stringify(JSON.parse(canonical(b)))
        expect(canonical(a) === canonical(b)).toBe(same)
      }),
    )
  })

  it('is bound to action, organisation, method, path, query and body', () => {
    const own = requestSha256(request)
    expect(requestSha256({ ...request, path: '/v1/organisations/org_a/limits/USD?a=1&b=2', method: 'put' })).toBe(own)
    for (const other of [
      { action: 'export.payments' },
      { organisationId: 'org_b' },
      { organisationId: null },
      { method: 'POST' },
      { path: '/v1/organisations/org_b/limits/USD?b=2&a=1' },
      { path: '/v1/organisations/org_a/limits/EUR?b=2&a=1' },
      { path: '/v1/organisations/org_a/limits/USD?b=2&a=2' },
      { path: '/v1/organisations/org_a/limits/USD' },
      { body: { perPaymentMinor: 101, perDayMinor: 1000 } },
      { body: null },
    ])
      expect(requestSha256({ ...request, ...other })).not.toBe(own)
  })
})
