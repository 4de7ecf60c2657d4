import { MAX_AMOUNT_MINOR } from '@paume/contract'
import { ITEMS, type ItemId } from './items.ts'

export interface Line {
  /** Lines of one item at one price are one line. */
  key: string
  item: ItemId | 'free'
  unitMinor: bigint
  /** 1 or more. */
  quantity: number
}

export interface Basket {
  lines: readonly Line[]
  /** Earlier contents, newest last; at most UNDO_DEPTH. */
  past: readonly (readonly Line[])[]
}

const UNDO_DEPTH = 40
export const EMPTY_BASKET: Basket = { lines: [], past: [] }

export const totalOf = (basket: Basket): bigint =>
  basket.lines.reduce((sum, line) => sum + line.unitMinor * BigInt(line.quantity), 0n)

const moved = (basket: Basket, lines: readonly Line[]): Basket => {
  const next = { lines, past: [...basket.past, basket.lines].slice(-UNDO_DEPTH) }
  // A sale above the limit would be refused: the last step is not taken.
  return totalOf(next) > BigInt(MAX_AMOUNT_MINOR) ? basket : next
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

export function addItem(basket: Basket, item: ItemId): Basket {
  const { priceMinor } = ITEMS.find((each) => each.id === item)!
  return put(basket, { key: item, item, unitMinor: priceMinor })
}

/** Adds a typed amount; nothing for 0. */
export const addFree = (basket: Basket, amountMinor: bigint): Basket =>
  amountMinor > 0n ? put(basket, { key: `free:${amountMinor}`, item: 'free', unitMinor: amountMinor }) : basket

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

export const basketToJson = (basket: Basket): string =>
  JSON.stringify(basket.lines.map((line) => ({ ...line, unitMinor: line.unitMinor.toString() })))

/** A basket that was kept; anything unreadable is an empty basket. */
export function basketFromJson(json: string | null): Basket {
  try {
    const lines = JSON.parse(json ?? '[]') as (Omit<Line, 'unitMinor'> & { unitMinor: string })[]
    const known = lines.filter(
      (line) => (line.item === 'free' || ITEMS.some(({ id }) => id === line.item)) && line.quantity > 0,
    )
    return { lines: known.map((line) => ({ ...line, unitMinor: BigInt(line.unitMinor) })), past: [] }
  } catch {
    return EMPTY_BASKET
  }
}
