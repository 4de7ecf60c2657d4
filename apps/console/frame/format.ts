import type { ConsoleLanguage } from '@paume/contract'
import { useMemo } from 'react'
import { usePreference } from '../../design/preferences.ts'
import { decimalOf } from '../../language/money.ts'
import { consoleLanguage, LANGUAGE_TAGS } from './language.ts'

export type Instant = string | number | Date

export type Format = {
  /** `€23.40`. Exact: no floating point. */
  money(amountMinor: bigint | number, currency: string): string
  /** The same, rounded and short for tiles and axes: `€1.2M`. */
  moneyShort(amountMinor: bigint | number, currency: string): string
  number(value: number, digits?: number): string
  /** `12K`, `1.2万`. */
  numberShort(value: number): string
  /** A share 0…1 as `12.3 %`. */
  percent(share: number, digits?: number): string
  /** Day and time of day. */
  dateTime(at: Instant): string
  date(at: Instant): string
  time(at: Instant): string
  /** A calendar day `2026-11-24` that belongs to no time zone. */
  day(day: string): string
  /** `3 min ago`, `in 2 days`. */
  relative(at: Instant, nowMs?: number): string
  /** `840 ms`, `12.4 s`, `3 min 20 s`, `2 d 4 h`. */
  duration(ms: number): string
  /** `A, B and C`. */
  list(parts: readonly string[]): string
}

const made = new Map<string, unknown>()
/** Formatters cost a millisecond to make and nothing to keep. */
function kept<T>(key: string, make: () => T): T {
  const known = made.get(key) as T | undefined
  if (known !== undefined) return known
  const value = make()
  made.set(key, value)
  return value
}

const S = 1000
const MIN = 60 * S
const H = 60 * MIN
const D = 24 * H
const STEPS = [
  ['year', 365 * D],
  ['month', 30 * D],
  ['week', 7 * D],
  ['day', D],
  ['hour', H],
  ['minute', MIN],
  ['second', S],
] as const

/** @param timeZone IANA name, such as a shop's; default: that of the reader's machine */
export function formatIn(language: ConsoleLanguage, timeZone?: string): Format {
  const tag = LANGUAGE_TAGS[language]
  const number = (options: Intl.NumberFormatOptions) =>
    kept(`n ${tag} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(tag, options))
  const date = (options: Intl.DateTimeFormatOptions) =>
    kept(
      `d ${tag} ${timeZone} ${JSON.stringify(options)}`,
      () => new Intl.DateTimeFormat(tag, { timeZone, ...options }),
    )
  const unit = (value: number, name: string, digits = 0) =>
    number({ style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits }).format(value)
  const currency = (code: string, more: Intl.NumberFormatOptions = {}) =>
    number({ style: 'currency', currency: code, currencyDisplay: 'narrowSymbol', ...more })
  return {
    money: (amountMinor, code) => currency(code).format(decimalOf(BigInt(amountMinor), code)),
    moneyShort: (amountMinor, code) =>
      currency(code, { notation: 'compact', maximumFractionDigits: 1, minimumFractionDigits: 0 }).format(
        decimalOf(BigInt(amountMinor), code),
      ),
    number: (value, digits = 0) => number({ maximumFractionDigits: digits }).format(value),
    numberShort: (value) => number({ notation: 'compact', maximumFractionDigits: 1 }).format(value),
    percent: (share, digits = 1) => number({ style: 'percent', maximumFractionDigits: digits }).format(share),
    dateTime: (at) => date({ dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at)),
    date: (at) => date({ dateStyle: 'medium' }).format(new Date(at)),
    time: (at) => date({ timeStyle: 'short' }).format(new Date(at)),
    day: (day) => date({ dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`)),
    relative(at, nowMs = Date.now()) {
      const ms = new Date(at).getTime() - nowMs
      const [name, size] = STEPS.find(([, each]) => Math.abs(ms) >= each) ?? STEPS[STEPS.length - 1]!
      const relative = kept(`r ${tag}`, () => new Intl.RelativeTimeFormat(tag, { numeric: 'auto', style: 'short' }))
      return relative.format(Math.trunc(ms / size), name)
    },
    duration(ms) {
      const least = Math.max(0, ms)
      if (least < S) return unit(Math.round(least), 'millisecond')
      if (least < MIN) return unit(least / S, 'second', least < 10 * S ? 1 : 0)
      const [big, small, bigName, smallName] =
        least < H
          ? ([MIN, S, 'minute', 'second'] as const)
          : least < D
            ? ([H, MIN, 'hour', 'minute'] as const)
            : ([D, H, 'day', 'hour'] as const)
      const rest = Math.floor((least % big) / small)
      const head = unit(Math.floor(least / big), bigName)
      return rest === 0 ? head : `${head} ${unit(rest, smallName)}`
    },
    list: (parts) => kept(`l ${tag}`, () => new Intl.ListFormat(tag)).format(parts),
  }
}

/** Money, numbers and times as the reader writes them, in the time zone of a shop when one is named. */
export function useFormat(timeZone?: string): Format {
  const language = usePreference(consoleLanguage)
  return useMemo(() => formatIn(language, timeZone), [language, timeZone])
}
