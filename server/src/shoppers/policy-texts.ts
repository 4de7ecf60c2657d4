import { createHash } from 'node:crypto'
import type { AgreedText, Language } from '@paume/contract'
import { ENGLISH } from './policy-english.ts'
import { FRENCH } from './policy-french.ts'
import type { PolicyKind, PolicyText, PolicyTexts } from './policy-wording.ts'

/** Changes whenever a word of a text changes; what people agreed to stays in `agreed_texts`. */
export const POLICY_VERSION = '2026-11-23'

/** SHA-256 of title and paragraphs joined by newlines, hex. It names the exact words. */
export const textSha256 = ({ title, paragraphs }: PolicyText): string =>
  createHash('sha256')
    .update([title, ...paragraphs].join('\n'))
    .digest('hex')

const TEXTS: Record<Language, PolicyTexts> = { en: ENGLISH, fr: FRENCH }

/** The texts in force, in one language. */
export function policyTexts(language: Language): Record<PolicyKind, AgreedText> {
  const text = (kind: PolicyKind): AgreedText => {
    const words = TEXTS[language][kind]
    return { kind, version: POLICY_VERSION, language, ...words, sha256: textSha256(words) }
  }
  return { notice: text('notice'), consent: text('consent'), terms: text('terms') }
}
