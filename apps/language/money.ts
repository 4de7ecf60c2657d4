import { CURRENCY_DIGITS, type Currency, type Language } from '@paume/contract'

const digitsOf = (currency: string): number => CURRENCY_DIGITS[currency as Currency] ?? 2

/** `2340n, 'EUR'` → `'23.40'`: exact, without floating point. */
export function decimalOf(amountMinor: bigint, currency: string): `${number}` {
  const digits = digitsOf(currency)
  const sign = amountMinor < 0n ? '-' : ''
  const all = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(digits + 1, '0')
  const whole = all.slice(0, all.length - digits)
  const text = digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${all.slice(-digits)}`
  return text as `${number}`
}

/** The same with the comma where the language has one, e.g. `23,40`: for fields and receipts. */
export function decimalIn(amountMinor: bigint, currency: string, language: Language): string {
  const text = decimalOf(amountMinor, currency)
  return language === 'fr' ? text.replace('.', ',') : text
}

/** An amount as people of that language write it, e.g. `€23.40` or `23,40 €`. */
export function formatMoney(amountMinor: bigint | number, currency: string, language: Language): string {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
  return format.format(decimalOf(BigInt(amountMinor), currency))
}

/** `percent` of an amount in minor units, rounded half up. */
export const percentOf = (amountMinor: bigint, percent: number): bigint => (amountMinor * BigInt(percent) + 50n) / 100n
