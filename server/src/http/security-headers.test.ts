import { expect, it } from 'vitest'
import { STRIPE_FIELD_ORIGINS } from '../payments/processors/stripe/wire.ts'
import { contentPolicy } from './security-headers.ts'

const rulesOf = (policy: string) =>
  Object.fromEntries(policy.split('; ').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1)]))

it('lets in nothing from elsewhere', () => {
  expect(contentPolicy()).not.toMatch(/https?:|\*|unsafe-inline|'unsafe-eval'/)
  expect(rulesOf(contentPolicy())).not.toHaveProperty('frame-src')
})

it('lets in the script, frames and requests of a processor’s card fields, and opens nothing else for them', () => {
  const [plain, open] = [rulesOf(contentPolicy()), rulesOf(contentPolicy(STRIPE_FIELD_ORIGINS))]
  const { 'script-src': script, 'frame-src': frame, 'connect-src': connect, ...rest } = open
  expect(script).toEqual([...plain['script-src']!, 'https://js.stripe.com', 'https://*.js.stripe.com'])
  expect(frame).toContain('https://hooks.stripe.com')
  expect(connect).toEqual(["'self'", 'https://api.stripe.com'])
  const { 'script-src': _script, 'connect-src': _connect, ...before } = plain
  expect(rest).toEqual(before)
})
