import {
  JURISDICTIONS,
  type Jurisdiction,
  type RowProblem,
  type RowProblemCode,
  type ShopFileColumn,
  type ShopFormat,
} from '@paume/contract'
import { isInState, isStrictEnough, jurisdictionOf, usState } from '../jurisdictions/where.ts'
import { plain } from '../plain.ts'
import { countryOf, currencyOf, isCurrency, languageOf, timeZoneNamed, timeZoneOf } from './names-of-places.ts'
import type { Defaults, ReadRow, WantedShop } from './wanted.ts'

const LONGEST: Partial<Record<ShopFileColumn, number>> = {
  number: 40,
  name: 80,
  brand: 60,
  phase: 60,
  street: 120,
  town: 80,
  region: 60,
  postal_code: 20,
}
/** Lanes of one kind that one row may ask for. */
const MOST_OF_A_KIND = 99
const FORMATS: Record<string, ShopFormat> = Object.fromEntries(
  (
    [
      ['till', 'till|tills|checkout|classic|standard|caisse|caja|收银台|普通'],
      [
        'checkout_free',
        'checkout_free|checkout free|cashierless|just walk out|walk out|sans caisse|sin cajas|无人收银|无感支付',
      ],
      ['both', 'both|mixed|hybrid|mixte|les deux|mixto|ambos|混合|两者'],
    ] as const
  ).flatMap(([format, spellings]) => spellings.split('|').map((each) => [plain(each), format])),
)
const LAW = new Map<string, Jurisdiction>(JURISDICTIONS.map((each) => [plain(each), each]))

export type Cells = (column: ShopFileColumn) => string

/** Signs of a file that was read in the wrong encoding before it came here: é that became Ã©, or a character that is lost. */
const GARBLED = /\ufffd|Ã[\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ¡-¿]|â€[\u0080-\u00bf™œ“”]/

/** Reads one row of the list. Pure: what other rows and the database say of it is looked at elsewhere. */
export function readRow(row: number, cell: Cells, defaults: Defaults): ReadRow {
  const problems: RowProblem[] = []
  const problemsIfNew: RowProblem[] = []
  const wanted: WantedShop = {}
  const wrong = (column: ShopFileColumn, code: RowProblemCode, hint?: string, into = problems) => {
    const value = cell(column).slice(0, 60)
    into.push({ column, code, ...(value === '' ? {} : { value }), ...(hint === undefined ? {} : { hint }) })
  }
  const words = (column: ShopFileColumn): string | undefined => {
    const text = cell(column)
    if (text === '') return undefined
    if (GARBLED.test(text)) wrong(column, 'unreadable')
    else if (text.length > LONGEST[column]!) wrong(column, 'too_long', String(LONGEST[column]))
    else return text
    return undefined
  }
  const put = <K extends keyof WantedShop>(key: K, value: WantedShop[K] | undefined) => {
    if (value !== undefined) wanted[key] = value
  }
  put('number', words('number'))
  put('name', words('name'))
  if (cell('name') === '') wrong('name', 'missing', undefined, wanted.number === undefined ? problems : problemsIfNew)
  put('brand', words('brand'))
  put('phase', words('phase'))
  put('street', words('street'))
  put('town', words('town'))
  put('postalCode', words('postal_code'))
  const country = readCountry(cell, wanted, defaults, wrong)
  readRegion(country, words('region'), wanted, wrong)
  readPlace(country, cell, wanted, wrong)
  const derived = readRules(country, cell, wanted, defaults, wrong, problemsIfNew)
  readLanes(cell, wanted, wrong)
  return { row, wanted, derived, problems, problemsIfNew }
}

type Wrong = (column: ShopFileColumn, code: RowProblemCode, hint?: string, into?: RowProblem[]) => void

function readCountry(cell: Cells, wanted: WantedShop, defaults: Defaults, wrong: Wrong): string | null {
  if (cell('country') === '') {
    // With a state of the United States and nothing else, what else could it be?
    const country = defaults.country ?? (usState(cell('region')) !== null ? 'US' : null)
    if (country === null) wrong('country', 'missing')
    return country
  }
  const country = countryOf(cell('country'))
  if (country === null) wrong('country', 'country_unknown')
  else wanted.country = country
  return country
}

function readRegion(country: string | null, text: string | undefined, wanted: WantedShop, wrong: Wrong): void {
  if (text === undefined) return
  if (country !== 'US') {
    wanted.region = text
    return
  }
  const state = usState(text)
  if (state === null) wrong('region', 'region_unknown')
  else wanted.region = state
}

/** A number with a point or, as many countries write it, a comma. */
const numberIn = (text: string): number | null => {
  const written = text.replace(/°$/, '').trim()
  return /^[+-]?\d{1,3}(?:[.,]\d+)?$/.test(written) ? Number(written.replace(',', '.')) : null
}

type PlaceProblem = [column: ShopFileColumn, code: RowProblemCode, hint?: string]

function readPlace(country: string | null, cell: Cells, wanted: WantedShop, wrong: Wrong): void {
  const [north, east] = [cell('latitude'), cell('longitude')]
  if (north === '' && east === '') return
  const [latitudeDeg, longitudeDeg] = [numberIn(north), numberIn(east)]
  const state = country === 'US' ? wanted.region : undefined
  const problem = placeProblem([north, latitudeDeg], [east, longitudeDeg], state)
  if (problem !== null) wrong(...problem)
  else Object.assign(wanted, { latitudeDeg, longitudeDeg })
}

type Degrees = [text: string, deg: number | null]
function placeProblem([north, lat]: Degrees, [east, lon]: Degrees, state: string | undefined): PlaceProblem | null {
  if (north === '') return ['latitude', 'place_half']
  if (east === '') return ['longitude', 'place_half']
  if (lat === null) return ['latitude', 'not_a_number']
  if (lon === null) return ['longitude', 'not_a_number']
  if (state !== undefined && !isInState(state, lat, lon) && isInState(state, lon, lat)) return ['latitude', 'swapped']
  if (Math.abs(lat) > 90) return ['latitude', 'out_of_range', '-90…90']
  if (Math.abs(lon) > 180) return ['longitude', 'out_of_range', '-180…180']
  return state === undefined || isInState(state, lat, lon) ? null : ['latitude', 'not_in_region', state]
}

/** Currency, time zone, languages, jurisdiction: as the row says, or for a new shop as its address says. */
function readRules(
  country: string | null,
  cell: Cells,
  wanted: WantedShop,
  defaults: Defaults,
  wrong: Wrong,
  problemsIfNew: RowProblem[],
): WantedShop {
  const derived: WantedShop = { languages: defaults.languages }
  if (country !== null) derived.country = country
  const read = <K extends 'currency' | 'timeZone' | 'jurisdiction' | 'format'>(
    column: ShopFileColumn,
    key: K,
    code: RowProblemCode,
    value: (text: string) => WantedShop[K] | null | undefined,
  ) => {
    const text = cell(column)
    if (text === '') return
    const found = value(text)
    if (found === null || found === undefined) wrong(column, code)
    else wanted[key] = found as WantedShop[K]
  }
  read('currency', 'currency', 'currency_unknown', (text) => {
    const code = text.toUpperCase()
    return isCurrency(code) ? code : null
  })
  read('time_zone', 'timeZone', 'time_zone_unknown', timeZoneNamed)
  read('jurisdiction', 'jurisdiction', 'jurisdiction_unknown', (text) => LAW.get(plain(text)))
  read('format', 'format', 'format_unknown', (text) => FORMATS[plain(text)])
  readLanguages(cell, wanted, wrong)
  if (country === null) return derived
  const place = {
    country,
    region: wanted.region ?? null,
    town: wanted.town ?? null,
    postalCode: wanted.postalCode ?? null,
  }
  if (wanted.jurisdiction !== undefined && !isStrictEnough(wanted.jurisdiction, place)) {
    wrong('jurisdiction', 'jurisdiction_too_lax', jurisdictionOf(place))
  }
  const due = jurisdictionOf(place)
  const own = defaults.jurisdiction
  derived.jurisdiction = own !== null && isStrictEnough(own, place) ? own : due
  derived.format = 'till'
  const timeZone = timeZoneOf(country, place.region)
  if (timeZone !== null) derived.timeZone = timeZone
  else if (cell('time_zone') === '') wrong('time_zone', 'time_zone_needed', undefined, problemsIfNew)
  const currency = currencyOf(country)
  if (currency !== null) derived.currency = currency
  else if (cell('currency') === '') wrong('currency', 'currency_needed', undefined, problemsIfNew)
  return derived
}

function readLanguages(cell: Cells, wanted: WantedShop, wrong: Wrong): void {
  const text = cell('languages')
  if (text === '') return
  const tags = text.split(/[\s,;|/+]+/).filter((each) => each !== '')
  const known = tags.map(languageOf)
  if (known.includes(null) || known.length > 8) wrong('languages', 'language_unknown')
  else wanted.languages = [...new Set(known as string[])]
}

function readLanes(cell: Cells, wanted: WantedShop, wrong: Wrong): void {
  for (const column of ['tills', 'registers', 'gates', 'kiosks'] as const) {
    const text = cell(column)
    if (text === '') continue
    if (!/^\d{1,9}(?:[.,]0+)?$/.test(text)) wrong(column, 'not_a_number')
    else if (Number.parseInt(text, 10) > MOST_OF_A_KIND) wrong(column, 'out_of_range', `0…${MOST_OF_A_KIND}`)
    else wanted[column] = Number.parseInt(text, 10)
  }
  const { tills, registers, gates, format } = wanted
  if ((registers ?? 0) > (tills ?? 99)) wrong('registers', 'out_of_range', `0…${tills}`)
  if (format === 'checkout_free' && gates === 0) wrong('gates', 'format_without_lanes')
}
