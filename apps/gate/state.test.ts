import type { GateEntry } from '@paume/contract'
import { describe, expect, it } from 'vitest'
import { fresh, nextState } from './state.ts'

const entry = (more: Partial<GateEntry>): GateEntry => ({ outcome: 'admitted', guidance: [], ...more })
const balance = { session: 'gse_1', owedMinor: 500, currency: 'USD' as const, visitedAt: '2026-11-24T10:00:00Z' }

describe('the lane', () => {
  it('welcomes, and is ready for the next', () => {
    const checked = nextState(nextState(nextState(fresh(), { type: 'people', people: 3 }), { type: 'burst_taken' }), {
      type: 'answered',
      entry: entry({ groupSize: 3 }),
    })
    expect(checked).toMatchObject({ at: 'welcome', people: 3 })
    expect(nextState(checked, { type: 'done' })).toEqual(fresh())
  })
  it('asks for the hand again with why, and keeps how many they are', () => {
    const open = nextState(fresh(2), { type: 'answered', entry: entry({ outcome: 'try_again', guidance: [] }) })
    expect(open).toMatchObject({ at: 'open', people: 2, tries: 1, guidance: 'not_recognised' })
    const other = nextState(open, {
      type: 'answered',
      entry: entry({ outcome: 'other_palm', askedHand: 'L', attempt: 'gse_2' }),
    })
    expect(other).toMatchObject({ at: 'open', askedHand: 'L', attempt: 'gse_2', tries: 2 })
  })
  it('takes what is owed, and then lets in', () => {
    const refused = nextState(fresh(), {
      type: 'answered',
      entry: entry({ outcome: 'refused', reason: 'balance_due', balance }),
    })
    expect(refused).toMatchObject({ at: 'refused' })
    const paying = nextState(refused, { type: 'pay', balance })
    expect(paying).toMatchObject({ at: 'open', pays: balance })
    expect(nextState(paying, { type: 'people', people: 4 })).toBe(paying)
    expect(nextState(paying, { type: 'answered', entry: entry({ outcome: 'paid' }) })).toMatchObject({ at: 'paid' })
  })
  it('is not disturbed by news that come late', () => {
    const welcome = nextState(fresh(), { type: 'answered', entry: entry({}) })
    expect(nextState(welcome, { type: 'burst_taken' })).toBe(welcome)
    expect(nextState(welcome, { type: 'failed', trouble: { code: 'other' } as never })).toBe(welcome)
  })
})
