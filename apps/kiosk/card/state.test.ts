import type { CardSetup } from '@paume/contract'
import { describe, expect, it } from 'vitest'
import { type CardState, nextCard, OPENING } from './state.ts'

const setup = (kind: 'reader' | 'hosted_page', setupId = 'cds_1') =>
  ({
    setupId,
    processor: 'pretend',
    confirmUrl: 'https://processor.test/',
    clientSecret: 's',
    form: kind === 'reader' ? { kind, readerRef: 'r' } : { kind },
    others: ['elements'],
  }) as CardSetup
const opened = (kind: 'reader' | 'hosted_page') =>
  nextCard(OPENING, { type: 'opened', setup: setup(kind), nowMs: 1_000 }) as CardState & { at: 'giving' }

describe('a card that is given elsewhere', () => {
  it('is waited for longer on a phone than at a reader', () => {
    expect(opened('reader').endsAtMs).toBe(91_000)
    expect(opened('hosted_page').endsAtMs).toBe(301_000)
  })

  it.each(['late', 'stopped', 'refused'] as const)(
    '%s: says so, with the other ways, and can be done again',
    (type) => {
      const over = nextCard(opened('hosted_page'), { type, setupId: 'cds_1' })
      expect(over).toEqual({ at: 'over', why: type, form: 'hosted_page', others: ['elements'] })
      expect(nextCard(over, { type: 'open', wish: 'hosted_page' })).toEqual({ at: 'opening', wish: 'hosted_page' })
    },
  )

  it('is given once; news of a set-up that was left change nothing', () => {
    const waiting = opened('hosted_page')
    for (const type of ['given', 'late', 'refused'] as const)
      expect(nextCard(waiting, { type, setupId: 'cds_before' })).toBe(waiting)
    const given = nextCard(waiting, { type: 'given', setupId: 'cds_1' })
    expect(given).toEqual({ at: 'given', setupId: 'cds_1' })
    expect(nextCard(given, { type: 'late', setupId: 'cds_1' })).toBe(given)
    expect(nextCard(given, { type: 'opened', setup: setup('reader', 'cds_2'), nowMs: 0 })).toBe(given)
  })

  it('cannot be opened: says why', () => {
    const trouble = { code: 'processor_unavailable' } as never
    expect(nextCard(OPENING, { type: 'failed', trouble })).toEqual({ at: 'unavailable', trouble })
    expect(nextCard(opened('reader'), { type: 'failed', trouble })).toMatchObject({ at: 'giving' })
  })
})
