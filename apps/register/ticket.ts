import type { Currency, TaxMode, TicketWrite } from '@paume/contract'
import type { Line } from './basket.ts'
import { taxOf } from './tax.ts'

/** Crockford's base 32: read out and typed without mistaking one sign for another. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The till's own number of a sale, short enough to be typed from a receipt: the day, and 30 random bits against two sales of one number. */
export function newReference(now = new Date()): string {
  const day = now.toISOString().slice(5, 10).replace('-', '')
  const signs = [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => ALPHABET[byte % 32])
  return `R-${day}-${signs.join('')}`
}

/** Parts of a sale carry its number and their place in it. */
export const partReference = (reference: string, place: number) => `${reference}/${place}`
export const saleReference = (reference: string) => reference.replace(/\/\d+$/, '')

/** What is sold, as it is kept: every amount a whole number of minor units. */
export function ticketOf(lines: readonly Line[], taxMode: TaxMode, currency: string): TicketWrite {
  const { totalMinor, rates } = taxOf(lines, taxMode)
  return {
    currency: currency as Currency,
    taxMode,
    totalMinor: Number(totalMinor),
    lines: lines.map(({ name, quantity, unitMinor, taxBasisPoints }) => ({
      name: name.slice(0, 60),
      quantity,
      unitMinor: Number(unitMinor),
      taxBasisPoints,
    })),
    taxes: rates.map(({ taxBasisPoints, netMinor, taxMinor }) => ({
      taxBasisPoints,
      netMinor: Number(netMinor),
      taxMinor: Number(taxMinor),
    })),
  }
}
