import { describe, expect, it } from 'vitest'
import { healthOf } from './health.ts'

describe('the health of the system', () => {
  it('is ready, names what is missing, or is gone', () => {
    expect(healthOf(200, { status: 'ready' })).toEqual({ state: 'ready' })
    expect(healthOf(503, { checks: { database: true, gallery: false, networks: false } })).toEqual({
      state: 'not_ready',
      parts: ['gallery', 'networks'],
    })
    expect(healthOf(502, '<html>')).toEqual({ state: 'gone' })
    expect(healthOf(503, null)).toEqual({ state: 'gone' })
  })
})
