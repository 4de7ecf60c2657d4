import type { ConsoleLanguage } from '@paume/contract'
import { useMemo } from 'react'
import { usePreference } from '../../design/preferences.ts'
import { consoleLanguage, LANGUAGE_TAGS } from './language.ts'

/** A line that depends on `{count}`, by the plural rules of its language. Chinese needs `other` only. */
export type Plural = { other: string } & Partial<Record<Exclude<Intl.LDMLPluralRule, 'other'>, string>>
export type Line = string | Plural
type Table = Record<string, Line>

/** The same keys in another language: a line for a line, a plural for a plural. */
export type Translated<E extends Table> = { readonly [K in keyof E]: E[K] extends string ? string : Plural }

type PlacesOf<L> = L extends string
  ? L extends `${string}{${infer Place}}${infer Rest}`
    ? Place | PlacesOf<Rest>
    : never
  : L extends Plural
    ? 'count' | PlacesOf<L['other']>
    : never
type ValuesFor<L> = [PlacesOf<L>] extends [never]
  ? [values?: Record<string, string | number>]
  : [values: Record<PlacesOf<L>, string | number>]

export type Texts<E extends Table> = {
  language: ConsoleLanguage
  /** The line of this key, its `{places}` filled. A plural is chosen by `count`. */
  t<K extends keyof E>(key: K, ...values: ValuesFor<E[K]>): string
}

/** Every table of every page that was loaded, for the test that looks at all of them. */
export const definedTexts: Record<ConsoleLanguage, Table>[] = []

const fill = (line: string, values: Record<string, string | number>, language: ConsoleLanguage): string =>
  line.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name]
    if (value === undefined) return place
    return typeof value === 'number' ? new Intl.NumberFormat(LANGUAGE_TAGS[language]).format(value) : value
  })

const rules = new Map<ConsoleLanguage, Intl.PluralRules>()
function pluralOf(language: ConsoleLanguage, count: number): Intl.LDMLPluralRule {
  const known = rules.get(language) ?? new Intl.PluralRules(LANGUAGE_TAGS[language])
  rules.set(language, known)
  return known.select(count)
}

export function textsIn<E extends Table>(
  tables: Record<ConsoleLanguage, Table>,
  language: ConsoleLanguage,
): Texts<E>['t'] {
  return (key, ...[values = {}]) => {
    const line = tables[language][key as string]!
    const given = values as Record<string, string | number>
    if (typeof line === 'string') return fill(line, given, language)
    return fill(line[pluralOf(language, Number(given.count))] ?? line.other, given, language)
  }
}

/**
 * The words of a folder of pages, in all four languages. English decides which keys there are; a key that another language lacks does
 * not compile. Answers the hook that pages call: `const { t } = usePeopleTexts()`, `t('hello', { name })`, `t('rows', { count: 3 })`.
 *
 * A long table goes into files of its own: `export const es: Translated<typeof en> = { … }` in `texts-es.ts`.
 */
export function defineTexts<const E extends Table>(
  tables: { en: E } & Record<Exclude<ConsoleLanguage, 'en'>, Translated<E>>,
): () => Texts<E> {
  const all = tables as unknown as Record<ConsoleLanguage, Table>
  definedTexts.push(all)
  return () => {
    const language = usePreference(consoleLanguage)
    return useMemo(() => ({ language, t: textsIn<E>(all, language) }), [language])
  }
}
