import { CURRENCIES, CURRENCY_DIGITS, ERRORS, GUIDANCE_CODES, PAYMENT_STATES, REASONS } from '@paume/contract'
import { describe, expect, it } from 'vitest'
import { sentenceKey, wayKey } from './problem-text.ts'
import { TABLES, type TextKey } from './tables.ts'
import { fill, textIn } from './text.ts'

const keys = Object.keys(TABLES.en) as TextKey[]
const places = (line: string) => [...line.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()

describe('the tables', () => {
  it('hold the same keys in both languages', () => {
    expect(Object.keys(TABLES.fr).sort()).toEqual([...keys].sort())
  })

  it('use the same places in both languages', () => {
    const off = keys.filter((key) => places(TABLES.en[key]).join() !== places(TABLES.fr[key]).join())
    expect(off).toEqual([])
  })

  it('leave no French line empty or in English, words that are alike aside', () => {
    const alike = new Set([
      'terminal.title',
      'start.terminal_title',
      'register.total',
      'terminal.tip_percent',
      'register.quantity',
    ])
    const same = keys.filter(
      (key) => TABLES.fr[key].trim() === '' || (TABLES.fr[key] === TABLES.en[key] && !alike.has(key)),
    )
    expect(same).toEqual([])
  })

  it('have a sentence for every code of the contract', () => {
    for (const code of Object.keys(ERRORS)) {
      expect(keys).toContain(sentenceKey({ code: code as keyof typeof ERRORS }))
      expect(keys).toContain(wayKey({ code: code as keyof typeof ERRORS }))
    }
    for (const code of GUIDANCE_CODES) expect(keys).toContain(`guidance.${code}`)
    for (const reason of REASONS) expect(keys).toContain(`reason.${reason}`)
    for (const state of PAYMENT_STATES) expect(keys).toContain(`register.state_${state}`)
  })
})

describe('text', () => {
  it('fills places and leaves a missing one visible', () => {
    expect(fill('{a} of {b}', { a: 2, b: 3 })).toBe('2 of 3')
    expect(fill('{a} of {b}', { a: 2 })).toBe('2 of {b}')
  })

  it('picks plurals by the rules of the language: French says 0 in the singular', () => {
    expect(textIn('en').plural('timer.line', 0)).toContain('0 seconds')
    expect(textIn('fr').plural('timer.line', 0)).toContain('0 seconde.')
    expect(textIn('en').plural('timer.line', 1)).toContain('1 second.')
    expect(textIn('fr').plural('timer.line', 2)).toContain('2 secondes')
  })

  it('formats every currency of the contract', () => {
    const shown = { 0: '2,340', 2: '23.40', 3: '2.340' } as const
    for (const currency of CURRENCIES) {
      expect(textIn('en').money(2340, currency)).toContain(shown[CURRENCY_DIGITS[currency]])
    }
  })
})
