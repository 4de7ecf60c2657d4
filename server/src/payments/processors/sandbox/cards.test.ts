import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeCard, TEST_CARDS } from './cards.ts'

const now = new Date('2026-11-23T12:00:00Z')
const good = { expiryMonth: 12, expiryYear: 2030, cvc: '123' }

function luhnValid(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    const doubled = i % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

describe('sandbox cards', () => {
  it('are Luhn-valid, so that tills that check accept them', () => {
    for (const { number } of TEST_CARDS) expect(luhnValid(number), number).toBe(true)
  })

  it('take spaces and dashes, and keep brand and last four only', () => {
    const verdict = judgeCard({ ...good, number: '4242 4242-4242 4242' }, now)
    expect(verdict).toMatchObject({ kind: 'saved', brand: 'visa', last4: '4242' })
    expect(JSON.stringify(verdict)).not.toContain('424242')
  })

  it('refuse every other number, Luhn-valid ones too', () => {
    const real = fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: 15, maxLength: 15 })
      .map((digits) => {
        const head = digits.join('')
        return head + [...'0123456789'].find((check) => luhnValid(head + check))!
      })
      .filter((number) => !TEST_CARDS.some((card) => card.number === number))
    fc.assert(
      fc.property(real, (number) => {
        expect(judgeCard({ ...good, number }, now)).toEqual({ kind: 'not_test' })
      }),
    )
  })

  it('tell nothing of a number that is no test number, even with a bad date', () => {
    const verdict = judgeCard({ number: '4111111111111111', expiryMonth: 1, expiryYear: 2001, cvc: '1' }, now)
    expect(verdict).toEqual({ kind: 'not_test' })
  })

  it('refuse a past date and take the current month', () => {
    const at = (expiryMonth: number, expiryYear: number) =>
      judgeCard({ number: '4242424242424242', cvc: '123', expiryMonth, expiryYear }, now)
    expect(at(10, 2026)).toEqual({ kind: 'refused', reason: 'card_expired' })
    expect(at(11, 2026).kind).toBe('saved')
    expect(at(12, 2025)).toEqual({ kind: 'refused', reason: 'card_expired' })
  })

  it('refuse a CVC of the wrong length for the brand', () => {
    expect(judgeCard({ ...good, number: '378282246310005' }, now)).toEqual({ kind: 'refused', reason: 'card_cvc' })
    expect(judgeCard({ ...good, number: '378282246310005', cvc: '1234' }, now).kind).toBe('saved')
    expect(judgeCard({ ...good, number: '4242424242424242', cvc: '1234' }, now)).toMatchObject({ reason: 'card_cvc' })
  })

  it('show each refusal that a shopper can meet when saving a card', () => {
    const reasons = TEST_CARDS.map((card) =>
      judgeCard({ ...good, number: card.number, cvc: '1'.repeat(card.cvcDigits) }, now),
    )
      .flatMap((verdict) => (verdict.kind === 'refused' ? [verdict.reason] : []))
      .sort()
    expect(reasons).toEqual(['card_cvc', 'card_declined', 'card_expired'])
  })

  it('stand in the guide, each with what it does', async () => {
    const guide = await readFile(join(import.meta.dirname, '../../../../../docs/guide/sandbox.md'), 'utf8')
    const listed = [...guide.matchAll(/^\| `([\d ]+)` \| (\w+) \| (.+) \|$/gm)]
    expect(listed.map(([, number, brand, shows]) => [number!.replaceAll(' ', ''), brand, shows])).toEqual(
      TEST_CARDS.map(({ number, brand, shows }) => [number, brand, shows]),
    )
  })

  it('play each what it says', () => {
    const outcomes = TEST_CARDS.map((card) =>
      judgeCard({ ...good, number: card.number, cvc: '1'.repeat(card.cvcDigits) }, now),
    )
    for (const [index, verdict] of outcomes.entries()) {
      const card = TEST_CARDS[index]!
      expect(verdict.kind, card.number).toBe(card.atSetup === null ? 'saved' : 'refused')
      if (verdict.kind !== 'saved') continue
      const plain = card.shows.startsWith('approved')
      expect(verdict.outcome.atCharge === null && verdict.outcome.refunds === 'at_once', card.number).toBe(
        plain || card.dispute !== null || card.later !== null || card.increments === 'declined',
      )
    }
    expect(new Set(TEST_CARDS.map((card) => card.number)).size).toBe(TEST_CARDS.length)
  })
})
