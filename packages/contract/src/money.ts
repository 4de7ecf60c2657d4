import Type, { type Static } from 'typebox'

/** ISO 4217 codes Paume charges in, with the number of decimal digits of their minor unit (ISO 4217:2015). */
export const CURRENCY_DIGITS = {
  USD: 2,
  EUR: 2,
  GBP: 2,
  CAD: 2,
  CHF: 2,
  AUD: 2,
  NZD: 2,
  SEK: 2,
  NOK: 2,
  DKK: 2,
  PLN: 2,
  JPY: 0,
  KRW: 0,
  ISK: 0,
  KWD: 3,
  BHD: 3,
  OMR: 3,
  JOD: 3,
  TND: 3,
} as const
export type Currency = keyof typeof CURRENCY_DIGITS
export const CURRENCIES = Object.keys(CURRENCY_DIGITS) as Currency[]

export const CurrencySchema = Type.Unsafe<Currency>(
  Type.Union(
    CURRENCIES.map((code) => Type.Literal(code)),
    { description: 'ISO 4217 currency code.' },
  ),
)

/** Largest charge accepted, in minor units: 1,000,000.00 in a two-digit currency, 100,000.000 in a three-digit one. A guard against slips, not a risk limit. */
export const MAX_AMOUNT_MINOR = 100_000_000

/** On the wire an amount is a whole number of minor units (cents); in the code it is a `bigint`. */
export const AmountMinor = Type.Integer({
  minimum: 1,
  maximum: MAX_AMOUNT_MINOR,
  description: 'Whole minor units, e.g. cents.',
})
export const AmountMinorOrZero = Type.Integer({ minimum: 0, maximum: MAX_AMOUNT_MINOR })

export const Money = Type.Object({ amountMinor: AmountMinor, currency: CurrencySchema })
export type Money = Static<typeof Money>
