import type { AgreedText } from '@paume/contract'

/** One text in one language. Paragraphs are shown apart; the hash joins them by newlines. */
export type PolicyText = { title: string; paragraphs: string[] }
export type PolicyTexts = Record<AgreedText['kind'], PolicyText>
