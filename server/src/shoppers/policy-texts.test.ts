import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { policyTexts } from './policy-texts.ts'

describe('the policy texts', () => {
  it('are named by the hash of their words', () => {
    for (const language of ['en', 'fr'] as const) {
      for (const text of Object.values(policyTexts(language))) {
        const words = [text.title, ...text.paragraphs].join('\n')
        expect(text.sha256).toBe(createHash('sha256').update(words, 'utf8').digest('hex'))
      }
    }
  })

  it('say the same in both languages, paragraph by paragraph', () => {
    const [en, fr] = [policyTexts('en'), policyTexts('fr')]
    for (const kind of ['notice', 'consent', 'terms'] as const) {
      expect(fr[kind].paragraphs).toHaveLength(en[kind].paragraphs.length)
      expect(fr[kind].sha256).not.toBe(en[kind].sha256)
    }
  })

  it('cannot change without a new version', () => {
    const all = (['en', 'fr'] as const).flatMap((language) =>
      Object.values(policyTexts(language)).map(({ sha256 }) => sha256),
    )
    const fingerprint = createHash('sha256').update(all.join()).digest('hex').slice(0, 16)
    expect([policyTexts('en').notice.version, fingerprint]).toEqual(['2026-11-23', 'b20e0de3ef8e4cd9'])
  })
})
