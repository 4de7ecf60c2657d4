import { describe, expect, it } from 'vitest'
import { judgeCard, TEST_CARDS as KNOWN } from '../../../server/src/payments/processors/sandbox/cards.ts'
import { TEST_CARDS, typedFields } from './test-cards.ts'

const now = new Date('2026-11-23T12:00:00Z')

describe('the cards to tap', () => {
  it('are all that the sandbox knows, and one that it must refuse', () => {
    const numbers = TEST_CARDS.map(({ number }) => number)
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(numbers.slice(0, -1).toSorted()).toEqual(KNOWN.map(({ number }) => number).toSorted())
  })

  it('are known to the sandbox and play what they say', () => {
    for (const card of TEST_CARDS) {
      const verdict = judgeCard(typedFields(card, now), now)
      switch (card.shows) {
        case 'kiosk.card_real':
          expect(verdict.kind).toBe('not_test')
          break
        case 'kiosk.card_setup_declined':
        case 'kiosk.card_cvc':
        case 'kiosk.card_expired':
          expect(verdict.kind, card.number).toBe('refused')
          break
        case 'kiosk.card_approved':
          expect(verdict).toMatchObject({ kind: 'saved', brand: card.brand, outcome: { atCharge: null } })
          break
        case 'kiosk.card_refund_slow':
          expect(verdict).toMatchObject({ kind: 'saved', outcome: { atCharge: null, refunds: 'later' } })
          break
        case 'kiosk.card_refund_fails':
          expect(verdict).toMatchObject({ kind: 'saved', outcome: { atCharge: null, refunds: 'fails_later' } })
          break
        case 'kiosk.card_no_increments':
          expect(verdict).toMatchObject({ kind: 'saved', outcome: { atCharge: null, increments: 'declined' } })
          break
        case 'kiosk.card_dispute_won':
        case 'kiosk.card_dispute_lost': {
          const answered = card.shows === 'kiosk.card_dispute_won' ? 'won' : 'lost'
          expect(verdict).toMatchObject({ kind: 'saved', outcome: { atCharge: null, dispute: { answered } } })
          break
        }
        case 'kiosk.card_replaced':
        case 'kiosk.card_lost_later': {
          const later = card.shows === 'kiosk.card_replaced' ? 'replaced' : 'lost'
          expect(verdict).toMatchObject({ kind: 'saved', outcome: { atCharge: null, later } })
          break
        }
        default:
          expect(verdict).toMatchObject({ kind: 'saved', outcome: { atCharge: expect.any(String) } })
      }
    }
  })
})
