import { CONSOLE_LANGUAGES, CURRENCIES, type Currency } from '@paume/contract'
import { getCountries } from 'libphonenumber-js'
import { US_STATES } from '../jurisdictions/us-states.ts'
import { plain } from '../plain.ts'

const COUNTRIES = getCountries() as string[]
/** What people write besides the names that Unicode's locale data knows. */
const ALSO: Record<string, string> = {
  usa: 'US',
  unitedstatesofamerica: 'US',
  uk: 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
}

const byName = new Map<string, string>(Object.entries(ALSO))
for (const language of CONSOLE_LANGUAGES) {
  const names = new Intl.DisplayNames([language], { type: 'region' })
  for (const code of COUNTRIES) byName.set(plain(names.of(code) ?? code), code)
}
for (const code of COUNTRIES) byName.set(plain(code), code)

/** ISO 3166-1 of a country written short or out; null: there is none like it. */
export const countryOf = (text: string): string | null => byName.get(plain(text)) ?? null

const EURO = new Set('AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK'.split(' '))
const OWN_MONEY: Record<string, Currency> = {
  US: 'USD',
  PR: 'USD',
  GB: 'GBP',
  CA: 'CAD',
  CH: 'CHF',
  LI: 'CHF',
  AU: 'AUD',
  NZ: 'NZD',
  SE: 'SEK',
  NO: 'NOK',
  DK: 'DKK',
  PL: 'PLN',
  JP: 'JPY',
  KR: 'KRW',
  IS: 'ISK',
  KW: 'KWD',
  BH: 'BHD',
  OM: 'OMR',
  JO: 'JOD',
  TN: 'TND',
}
/** What shops of a country charge in, where we charge in it. */
export const currencyOf = (country: string): Currency | null =>
  EURO.has(country) ? 'EUR' : (OWN_MONEY[country] ?? null)
export const isCurrency = (text: string): text is Currency => (CURRENCIES as string[]).includes(text)

const zones = new Map<string, string | null>()
/** A time zone of the IANA list by the name that everybody uses for it; null: there is none. */
export function timeZoneNamed(text: string): string | null {
  const known = zones.get(text)
  if (known !== undefined) return known
  let found: string | null = null
  // Offsets such as +02:00 are taken by Intl, and know no summer time: they are no time zone of a shop.
  if (/^[A-Za-z]/.test(text)) {
    try {
      found = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone
    } catch {
      // It stays null.
    }
  }
  if (zones.size < 5_000) zones.set(text, found)
  return found
}

/** The main time zone of countries that have small ones besides. */
const MAIN_ZONE: Record<string, string> = { DE: 'Europe/Berlin', CY: 'Asia/Nicosia', NZ: 'Pacific/Auckland' }

/** The time zone that a place is in, where there is only one that it can be. */
export function timeZoneOf(country: string, region: string | null): string | null {
  if (country === 'US') return region === null ? null : (US_STATES[region]?.timeZone ?? null)
  if (MAIN_ZONE[country]) return MAIN_ZONE[country]
  const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & { getTimeZones?(): string[] | undefined }
  const found = locale.getTimeZones?.() ?? []
  return found.length === 1 ? found[0]! : null
}

/** A language tag in its usual spelling; null: it is none that Unicode's locale data knows. */
export function languageOf(text: string): string | null {
  try {
    const tag = Intl.getCanonicalLocales(text.trim().replace('_', '-'))[0]!
    const name = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' }).of(tag)
    return name === undefined ? null : tag
  } catch {
    return null
  }
}
