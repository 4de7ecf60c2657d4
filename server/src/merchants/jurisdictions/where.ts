import type { Jurisdiction } from '@paume/contract'
import { plain } from '../plain.ts'
import { US_STATES } from './us-states.ts'

/** European Union and the rest of the European Economic Area, ISO 3166-1. */
const EEA = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(' '),
)
const OWN_LAW: Record<string, Jurisdiction> = { IL: 'us_il', TX: 'us_tx', WA: 'us_wa', CO: 'us_co', CA: 'us_ca' }
/** Names that mail to the five boroughs bears. */
const NYC_TOWNS = new Set(
  ['new york', 'new york city', 'nyc', 'manhattan', 'brooklyn', 'queens', 'bronx', 'the bronx', 'staten island'].map(
    plain,
  ),
)
/** Postal codes of the five boroughs begin like this (Postal Service, publication 65); 110 only in part. */
const NYC_CODES = /^(?:10[0-4]|11[1-46]|1100[145])/

export type Address = { country: string; region: string | null; town: string | null; postalCode: string | null }

/** What the law of a place asks. A town of New York City is told by its name or its postal code: either is enough. */
export function jurisdictionOf({ country, region, town, postalCode }: Address): Jurisdiction {
  if (country === 'GB') return 'uk'
  if (EEA.has(country)) return 'eu_eea'
  if (country !== 'US') return 'rest'
  if (region === 'NY') {
    const isCity = (town !== null && NYC_TOWNS.has(plain(town))) || NYC_CODES.test(postalCode ?? '')
    return isCity ? 'us_ny_nyc' : 'us_other'
  }
  return OWN_LAW[region ?? ''] ?? 'us_other'
}

/** Whether a pack may be used at a place: the place's own, or any other where the place asks for nothing of its own. */
export const isStrictEnough = (chosen: Jurisdiction, place: Address): boolean => {
  const due = jurisdictionOf(place)
  return chosen === due || (due === 'us_other' && chosen !== 'rest') || due === 'rest'
}

const BY_NAME = new Map(
  Object.entries(US_STATES).flatMap(([code, { name }]) => [
    [plain(name), code],
    [plain(code), code],
  ]),
)
/** The two letters of a state that is written out or short; null: there is none like it. */
export const usState = (text: string): string | null => BY_NAME.get(plain(text)) ?? null

/** Whether a point lies in the box around a state. The box is larger than the state: this finds slips, it proves nothing. */
export function isInState(state: string, latitudeDeg: number, longitudeDeg: number): boolean {
  const box = US_STATES[state]?.box
  if (!box) return true
  const [south, west, north, east] = box
  const along = longitudeDeg > east && west < -180 ? longitudeDeg - 360 : longitudeDeg
  return latitudeDeg >= south && latitudeDeg <= north && along >= west && along <= east
}
