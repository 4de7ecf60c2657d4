import type { CartEvent, CartGap, CartLine } from '@paume/contract'

/** Lines of a cart by the number of the goods. */
export type CartLines = readonly CartLine[]

/** What one event makes of the lines. Whoever puts back more than was taken has none: a camera that missed the taking is no debt. */
export function applyEvent(lines: CartLines, event: CartEvent): CartLines {
  const at = lines.findIndex(({ sku }) => sku === event.sku)
  const before = at < 0 ? null : lines[at]!
  const had = before?.quantity ?? 0
  const quantity =
    event.kind === 'set'
      ? event.quantity
      : Math.max(0, Math.min(9_999, had + (event.kind === 'add' ? event.quantity : -event.quantity)))
  const rest = lines.filter((_, place) => place !== at)
  if (quantity === 0) return rest
  const line: CartLine = {
    sku: event.sku,
    name: event.name ?? before?.name ?? event.sku,
    quantity,
    unitMinor: event.unitMinor ?? before?.unitMinor ?? 0,
  }
  return at < 0 ? [...rest, line] : lines.map((old, place) => (place === at ? line : old))
}

export const totalOf = (lines: CartLines): bigint =>
  lines.reduce((sum, { quantity, unitMinor }) => sum + BigInt(quantity) * BigInt(unitMinor), 0n)

/** Which numbers from `from` to `to` are not among `there` (sorted), as ranges. */
export function gapsIn(there: readonly number[], from: number, to: number): CartGap[] {
  const gaps: CartGap[] = []
  let next = from
  for (const sequence of there) {
    if (sequence > to) break
    if (sequence > next) gaps.push({ from: next, to: sequence - 1 })
    next = Math.max(next, sequence + 1)
  }
  if (next <= to) gaps.push({ from: next, to })
  return gaps
}

/** Applies what stands in line without a gap from `next` on. `held`: what waits behind a gap, in order. */
export function advance(
  lines: CartLines,
  next: number,
  waiting: readonly CartEvent[],
): { lines: CartLines; next: number; held: number[] } {
  const bySequence = new Map(waiting.map((event) => [event.sequence, event]))
  let at = next
  let now = lines
  for (let event = bySequence.get(at); event !== undefined; event = bySequence.get(at)) {
    now = applyEvent(now, event)
    at += 1
  }
  const held = [...bySequence.keys()].filter((sequence) => sequence >= at).sort((a, b) => a - b)
  return { lines: now, next: at, held }
}
