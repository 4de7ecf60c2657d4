import { Failure } from '../failure.ts'
import type { PhoneNumber } from './phone.ts'

/**
 * `sent`: the carrier has taken it. `refused`: this number will never get it. `unsure`: the carrier may have taken it; sent again it could
 * arrive twice.
 */
export type TextOutcome = 'sent' | 'refused' | 'unsure'

/**
 * Sends short messages. Throws `text_unavailable` when the carrier certainly has not taken it and may later. Adapters: a carrier, the
 * console.
 */
export type TextMessages = { send(to: PhoneNumber, text: string): Promise<TextOutcome> }

/** What carriers take as one message of several parts, characters (Twilio's Messages API). */
export const TEXT_MAX = 1_600

/** What every adapter checks before anything leaves. */
export function checkText(to: string, text: string): void {
  if (!/^\+[1-9]\d{4,14}$/.test(to)) throw new Error('invariant broken: a text goes to one number in E.164')
  if (text.trim() === '' || text.length > TEXT_MAX) throw new Error('invariant broken: a text has some words, not many')
}

/** Prints messages instead of sending them. The number is cut down to its end. */
export function createConsoleTextMessages(print: (line: string) => void): TextMessages {
  return {
    async send(to, text) {
      checkText(to, text)
      print(`[text message to …${to.slice(-2)}] ${text}`)
      return 'sent'
    },
  }
}

/** Where no carrier is set up and nothing may be printed. */
export const NO_TEXT_MESSAGES: TextMessages = {
  async send() {
    throw new Failure('text_unavailable')
  },
}

const CODE_SENTENCE = {
  en: (code: string) => `${code} is your Paume code. It is good for 10 minutes. Nobody of us will ask you for it.`,
  fr: (code: string) =>
    `${code} est votre code Paume. Il est valable 10 minutes. Personne de chez nous ne vous le demandera.`,
}

export const codeMessage = (language: string, code: string): string =>
  CODE_SENTENCE[language === 'fr' ? 'fr' : 'en'](code)
