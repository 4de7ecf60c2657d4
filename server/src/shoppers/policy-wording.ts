import type { AgreedText } from '@paume/contract'

/** One text in one language. Paragraphs are shown apart; the hash joins them by newlines. */
export type PolicyText = { title: string; paragraphs: string[] }
/** What everybody reads who registers. What only some are asked stands apart. */
export type PolicyKind = Exclude<AgreedText['kind'], 'network'>
export type PolicyTexts = Record<PolicyKind, PolicyText>
