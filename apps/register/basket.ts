import { type CatalogueItem, MAX_AMOUNT_MINOR } from '@paume/contract'
import type { Taxed } from './tax.ts'

export interface Line extends Taxed {
  /** Lines of one item at one price and rate are one line. */
  key: string
  /** Null for a free amount. */
  item: string | null
  /** As it was called when it was put in. */
  name: string
  /** 1 or more. */
  quantity: number
}

export interface Basket {
  lines: readonly Line[]
  /** Earlier contents, newest last; at most UNDO_DEPTH. */
  past: readonly (readonly Line[])[]
}

const UNDO_DEPTH = 40
/** As many lines as a ticket may have. */
const MAX_LINES = 200
export const EMPTY_BASKET: Basket = { lines: [], past: [] }

/** As the prices say; the tax of a shop that adds it is not in it. */
export const costOf = (lines: readonly Line[]): bigint =>
  lines.reduce((sum, line) => sum + line.unitMinor * BigInt(line.quantity), 0n)

const moved = (basket: Basket, lines: readonly Line[]): Basket => {
  const next = { lines, past: [...basket.past, basket.lines].slice(-UNDO_DEPTH) }
  // A sale above the limit would be refused: the last step is not taken.
  return costOf(lines) > BigInt(MAX_AMOUNT_MINOR) || lines.length > MAX_LINES ? basket : next
}

const put = (basket: Basket, line: Omit<Line, 'quantity'>): Basket => {
  const there = basket.lines.some((each) => each.key === line.key)
  return moved(
    basket,
    there
      ? basket.lines.map((each) => (each.key === line.key ? { ...each, quantity: each.quantity + 1 } : each))
      : [...basket.lines, { ...line, quantity: 1 }],
  )
}

export const lineKey = ({ item, unitMinor, taxBasisPoints }: Omit<Line, 'key' | 'quantity' | 'name'>): string =>
  `${item ?? 'free'}:${unitMinor}:${taxBasisPoints}`

export function addItem(basket: Basket, { id, priceMinor, taxBasisPoints }: CatalogueItem, name: string): Basket {
  const line = { item: id, name, unitMinor: BigInt(priceMinor), taxBasisPoints }
  return put(basket, { ...line, key: lineKey(line) })
}

/** Adds a typed amount; nothing for 0. */
export function addFree(basket: Basket, amountMinor: bigint, taxBasisPoints: number, name: string): Basket {
  if (amountMinor <= 0n) return basket
  const line = { item: null, name, unitMinor: amountMinor, taxBasisPoints }
  return put(basket, { ...line, key: lineKey(line) })
}

/** One more or one less of a line; at 0 the line goes. */
export const changeQuantity = (basket: Basket, key: string, by: 1 | -1): Basket =>
  moved(
    basket,
    basket.lines
      .map((line) => (line.key === key ? { ...line, quantity: line.quantity + by } : line))
      .filter((line) => line.quantity > 0),
  )

export const emptyBasket = (basket: Basket): Basket => (basket.lines.length ? moved(basket, []) : basket)

export function undo(basket: Basket): Basket {
  const before = basket.past.at(-1)
  return before ? { lines: before, past: basket.past.slice(0, -1) } : basket
}

export const linesToJson = (lines: readonly Line[]): string =>
  JSON.stringify(lines.map((line) => ({ ...line, unitMinor: line.unitMinor.toString() })))

/** Lines that were kept; anything unreadable is no line. */
export function linesFromJson(json: string | null): Line[] {
  try {
    const lines = JSON.parse(json ?? '[]') as (Omit<Line, 'unitMinor'> & { unitMinor: string })[]
    const known = lines.filter(
      ({ key, name, quantity, taxBasisPoints, unitMinor }) =>
        typeof key === 'string' &&
        typeof name === 'string' &&
        Number.isInteger(quantity) &&
        quantity > 0 &&
        Number.isInteger(taxBasisPoints) &&
        /^\d+$/.test(unitMinor),
    )
    return known.map((line) => ({ ...line, unitMinor: BigInt(line.unitMinor) }))
  } catch {
    return []
  }
}
export const basketFromJson = (json: string | null): Basket => ({ lines: linesFromJson(json), past: [] })
