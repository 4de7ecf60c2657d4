import type { DeviceApi } from '@paume/client'
import { returnedSum } from '@paume/contract'
import { shareRefund } from '../tender.ts'
import type { FoundSale } from './found-sale.ts'

type Share = { id: string; amountMinor: bigint }
/** What is to come back of a sale: pieces of its lines, an amount besides, and which part gives how much. */
export interface GiveBack {
  lines: { line: number; quantity: number }[]
  /** More than the lines cost (a tip, an amount), or less (given back before, without lines). */
  adjustMinor: bigint
  shares: Share[]
}

const leftOf = ({ parts }: FoundSale) => parts.reduce((sum, { leftMinor }) => sum + leftMinor, 0n)

/** Pieces of each line that can still come back. */
export const piecesLeft = ({ ticket }: FoundSale): number[] =>
  ticket?.lines.map(({ quantity }, place) => quantity - (ticket.returned[place] ?? 0)) ?? []

/** What so many pieces of each line cost, after what came back before; the tax in it, to the minor unit. */
export function costOfPieces({ ticket }: FoundSale, counts: readonly number[]): bigint {
  if (!ticket) return 0n
  const after = ticket.lines.map((_, place) => (ticket.returned[place] ?? 0) + (counts[place] ?? 0))
  return returnedSum(ticket, ticket.returned, after).linesMinor
}

const linesOf = (counts: readonly number[]) =>
  counts.flatMap((quantity, line) => (quantity > 0 ? [{ line, quantity }] : []))

/** Single pieces, or an amount without any. Null when more is wished than is left. */
export function someBack(found: FoundSale, counts: readonly number[], amountMinor: bigint): GiveBack | null {
  const lines = linesOf(counts)
  const shares = amountMinor > 0n ? shareRefund(found.parts, amountMinor) : []
  return shares && { lines, adjustMinor: lines.length > 0 ? 0n : amountMinor, shares }
}

/** Every piece that is left, and all the money, tips with it. */
export function allBack(found: FoundSale): GiveBack {
  const counts = piecesLeft(found)
  const leftMinor = leftOf(found)
  return {
    lines: linesOf(counts),
    adjustMinor: leftMinor - costOfPieces(found, counts),
    shares: shareRefund(found.parts, leftMinor) ?? [],
  }
}

/**
 * Gives back each share where it came from: with a ticket the server remembers the lines, without one each share has a key of its own.
 * Done again with the same key, nothing is given twice. Answers the shares that went.
 */
export async function giveBack(api: DeviceApi, found: FoundSale, wish: GiveBack, key: string): Promise<Share[]> {
  if (found.ticket) {
    const shares = wish.shares.map(({ id, amountMinor }) => ({ partId: id, amountMinor: Number(amountMinor) }))
    const request = { lines: wish.lines, adjustMinor: Number(wish.adjustMinor), shares }
    const done = await api.counter.giveBack(found.ticket.reference, request, { idempotencyKey: key })
    return done.shares.flatMap(({ partId, amountMinor, state }) =>
      state === 'given' ? [{ id: partId, amountMinor: BigInt(amountMinor) }] : [],
    )
  }
  for (const [place, { id, amountMinor }] of wish.shares.entries()) {
    const options = { idempotencyKey: `${key}-${place}` }
    const request = { amountMinor: Number(amountMinor) }
    if (found.sale) await api.sales.refund(found.sale.id, { partId: id, ...request }, options)
    else await api.payments.refund(id, request, options)
  }
  return wish.shares
}
