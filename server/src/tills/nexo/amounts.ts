import { CURRENCY_DIGITS, type Currency } from '@paume/contract'

/**
 * Whole minor units of a nexo amount, a decimal number (10.99). Exact: the shortest decimal that stands for the number is read digit
 * by digit, nothing is multiplied. Null when it is no amount of this currency: negative, a fraction of a minor unit, or beyond what a
 * number holds exactly.
 */
export function minorOf(amount: number, currency: Currency): number | null {
  const parts = /^(\d{1,15})(?:\.(\d+))?$/.exec(String(amount))
  if (parts === null) return null
  const digits = CURRENCY_DIGITS[currency]
  const fraction = parts[2] ?? ''
  if (fraction.length > digits) return null
  const minor = Number(`${parts[1]}${fraction.padEnd(digits, '0')}`)
  return Number.isSafeInteger(minor) ? minor : null
}

/** The decimal number that nexo wants for whole minor units. */
export function decimalOf(amountMinor: number, currency: Currency): number {
  const digits = CURRENCY_DIGITS[currency]
  const text = String(amountMinor).padStart(digits + 1, '0')
  return digits === 0 ? amountMinor : Number(`${text.slice(0, -digits)}.${text.slice(-digits)}`)
}
