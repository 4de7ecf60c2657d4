import { LANGUAGES, type Language } from '@paume/contract'
import { useMemo } from 'react'
import { preference, usePreference } from '../design/preferences.ts'
import { formatMoney } from './money.ts'
import { type PluralKey, TABLES, type TextKey } from './tables.ts'

export type Values = Record<string, string | number>

const isLanguage = (value: string | null | undefined): value is Language => LANGUAGES.some((known) => known === value)

/** The language of the screen: as chosen, else as the browser asks, else English. Keeps `<html lang>` true. */
export const language = preference<Language>(
  'paume-language',
  (stored) => {
    if (isLanguage(stored)) return stored
    const asked = typeof navigator === 'undefined' ? undefined : navigator.language.slice(0, 2)
    return isLanguage(asked) ? asked : 'en'
  },
  (value) => {
    if (typeof document !== 'undefined') document.documentElement.lang = value
  },
)

/** Fills `{name}` places; a place without a value stays visible, so that it is noticed. */
export const fill = (line: string, values: Values = {}): string =>
  line.replace(/\{(\w+)\}/g, (place, name: string) => (name in values ? String(values[name]) : place))

export interface Text {
  language: Language
  t(key: TextKey, values?: Values): string
  /** Picks `…_one` or `…_other` by the rules of the language and fills `{count}`. */
  plural(key: PluralKey, count: number, values?: Values): string
  money(amountMinor: bigint | number, currency: string): string
  dateTime(at: string | number): string
  time(at: string | number): string
}

export function textIn(of: Language): Text {
  const table = TABLES[of]
  const rules = new Intl.PluralRules(of)
  const dateTime = new Intl.DateTimeFormat(of, { dateStyle: 'medium', timeStyle: 'short' })
  const time = new Intl.DateTimeFormat(of, { timeStyle: 'short' })
  return {
    language: of,
    t: (key, values) => fill(table[key], values),
    plural: (key, count, values) =>
      fill(table[`${key}_${rules.select(count) === 'one' ? 'one' : 'other'}`], { count, ...values }),
    money: (amountMinor, currency) => formatMoney(amountMinor, currency, of),
    dateTime: (at) => dateTime.format(new Date(at)),
    time: (at) => time.format(new Date(at)),
  }
}

/** The words of the page in the language of the moment. */
export function useText(): Text {
  const now = usePreference(language)
  return useMemo(() => textIn(now), [now])
}
