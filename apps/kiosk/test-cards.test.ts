import { describe, expect, it } from 'vitest'
import { judgeCard } from '../../server/src/payments/processors/sandbox/cards.ts'
import { TEST_CARDS, typedFields } from './test-cards.ts'

const now = new Date('2026-11-23T12:00:00Z')

describe('the cards to tap', () => {
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
        default:
          expect(verdict).toMatchObject({ kind: 'saved', outcome: { atCharge: expect.any(String) } })
      }
    }
  })
})
