import { CONSOLE_LANGUAGES, type ConsoleLanguage } from '@paume/contract'
import { preference } from '../../design/preferences.ts'

const isLanguage = (value: string | null | undefined): value is ConsoleLanguage =>
  CONSOLE_LANGUAGES.some((known) => known === value)

/** The language of the console: as chosen, else as the browser asks, else English. Kept apart from that of the other pages, which know fewer. */
export const consoleLanguage = preference<ConsoleLanguage>('paume-console-language', (stored) => {
  if (isLanguage(stored)) return stored
  const asked = typeof navigator === 'undefined' ? [] : navigator.languages.map((each) => each.slice(0, 2))
  return asked.find(isLanguage) ?? 'en'
})

/** What each language calls itself. */
export const LANGUAGE_NAMES: Record<ConsoleLanguage, string> = {
  en: 'English',
  fr: 'Français',
  es: 'Español',
  zh: '中文',
}

/** Tags for Intl and `<html lang>`: Chinese is the simplified one. */
export const LANGUAGE_TAGS: Record<ConsoleLanguage, string> = { en: 'en', fr: 'fr', es: 'es', zh: 'zh-Hans' }
