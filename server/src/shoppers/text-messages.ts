import type { PhoneNumber } from './phone.ts'

/** Sends short messages. Adapters: the console, later a carrier. */
export type TextMessages = { send(to: PhoneNumber, text: string): Promise<void> }

/** Prints messages instead of sending them. The number is cut down to its end. */
export function createConsoleTextMessages(print: (line: string) => void): TextMessages {
  return {
    async send(to, text) {
      print(`[text message to …${to.slice(-2)}] ${text}`)
    },
  }
}

const CODE_SENTENCE = {
  en: (code: string) => `${code} is your Paume code. It is good for 10 minutes. Nobody of us will ask you for it.`,
  fr: (code: string) =>
    `${code} est votre code Paume. Il est valable 10 minutes. Personne de chez nous ne vous le demandera.`,
}

export const codeMessage = (language: string, code: string): string =>
  CODE_SENTENCE[language === 'fr' ? 'fr' : 'en'](code)
