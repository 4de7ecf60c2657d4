import { type CartLine, ID_PREFIXES, MAX_AMOUNT_MINOR } from '@paume/contract'
import { Failure } from '../../failure.ts'
import type { PurchaseItem, PurchaseRequest } from './wire.ts'

const SESSION = new RegExp(`^${ID_PREFIXES.gateSession}_[0-9A-HJKMNP-TV-Z]{26}$`)

const malformed = (path: string, message: string) =>
  new Failure('request_malformed', { problems: [{ path: `body/${path}`, message }] })

/** The key that our gate shows to the entry: base64 of the visit. */
export const identityKeyOf = (sessionId: string): string => Buffer.from(sessionId).toString('base64')

/** Null: not a key of ours. */
export function sessionOfKey(identityKey: string): string | null {
  const text = Buffer.from(identityKey, 'base64').toString('utf8')
  return SESSION.test(text) ? text : null
}

/** The one visit that a trip's events at the entry belong to: several people may have come in on it. Throws `request_malformed`, `not_found`. */
export function sessionOfTrip({ shoppingTrip }: PurchaseRequest): string {
  if (new Date(shoppingTrip.endTime) < new Date(shoppingTrip.startTime)) {
    throw malformed('shoppingTrip/endTime', 'lies before the start')
  }
  const ids = new Set(
    shoppingTrip.authEvents.flatMap(({ scanResult }) => (scanResult?.id !== undefined ? [scanResult.id] : [])),
  )
  const [id, more] = ids
  if (id === undefined || !SESSION.test(id)) throw new Failure('not_found')
  if (more !== undefined) throw malformed('shoppingTrip/authEvents', 'name several visits')
  return id
}

export type PriceOf = (item: PurchaseItem) => Promise<{ name: string; unitMinor: number } | null>

/**
 * What a delivered cart comes to by the shop's own prices. Pieces are counted; what is sold by weight is one line of one piece at its
 * price. Throws `request_malformed` for a doubled line, goods the shop does not sell, and numbers that are none.
 */
export async function linesOf(items: readonly PurchaseItem[], priceOf: PriceOf): Promise<CartLine[]> {
  const named = items.flatMap(({ lineItemId }) => (lineItemId === undefined ? [] : [lineItemId]))
  if (new Set(named).size < named.length) throw malformed('cartItems', 'name one line twice')
  const lines = new Map<string, CartLine>()
  for (const [place, item] of items.entries()) {
    const price = await priceOf(item)
    if (price === null) throw malformed(`cartItems/${place}/id`, 'is nothing this shop sells')
    const line = lineOf(item, price, place)
    const before = lines.get(line.sku)
    lines.set(line.sku, before === undefined ? line : { ...line, quantity: before.quantity + line.quantity })
  }
  return [...lines.values()]
}

function lineOf(
  { id, quantity }: PurchaseItem,
  { name, unitMinor }: { name: string; unitMinor: number },
  place: number,
): CartLine {
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(quantity.value))
    throw malformed(`cartItems/${place}/quantity/value`, 'is no quantity')
  const thousandths = Math.round(Number(quantity.value) * 1_000)
  if (thousandths === 0) throw malformed(`cartItems/${place}/quantity/value`, 'is nothing')
  if (thousandths % 1_000 === 0 && /^(unit|each|units)$/i.test(quantity.unit)) {
    const pieces = thousandths / 1_000
    if (pieces > 9_999) throw malformed(`cartItems/${place}/quantity/value`, 'is more than a cart holds')
    return { sku: id, name, quantity: pieces, unitMinor }
  }
  // Half a cent is rounded up, as at a scale.
  const minor = Math.floor((unitMinor * thousandths + 500) / 1_000)
  if (minor > MAX_AMOUNT_MINOR) throw malformed(`cartItems/${place}/quantity/value`, 'is more than a cart holds')
  return {
    sku: `${id} ${quantity.value} ${quantity.unit}`.slice(0, 120),
    name: `${name} ${quantity.value} ${quantity.unit}`.slice(0, 120),
    quantity: 1,
    unitMinor: minor,
  }
}
