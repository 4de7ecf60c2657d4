import { CURRENCY_DIGITS, type Currency } from '@paume/contract'

/** `amountMinor` in so many parts, none more than one minor unit larger than another, the larger first. Their sum is exact. */
export function equalParts(amountMinor: bigint, ways: number): bigint[] {
  const count = BigInt(ways)
  return Array.from({ length: ways }, (_, at) => amountMinor / count + (BigInt(at) < amountMinor % count ? 1n : 0n))
}

/** What cash that is handed over pays of what is left, and what goes back as change. */
export function cashOf(leftMinor: bigint, givenMinor: bigint): { paidMinor: bigint; changeMinor: bigint } {
  const paidMinor = givenMinor < leftMinor ? givenMinor : leftMinor
  return { paidMinor, changeMinor: givenMinor - paidMinor }
}

/** Notes people hand over for an amount: the next full 5, 10, 20, 50 and 100, whichever are more than it. */
export function likelyGiven(leftMinor: bigint, currency: string): bigint[] {
  const digits = CURRENCY_DIGITS[currency as Currency] ?? 2
  // Where there are no decimals, notes have three more zeros: 1,000 yen is a small note.
  const unit = digits === 0 ? 100n : 10n ** BigInt(digits)
  const next = [5n, 10n, 20n, 50n, 100n].map((note) => {
    const step = note * unit
    return ((leftMinor + step - 1n) / step) * step
  })
  return [...new Set(next)].filter((given) => given > leftMinor).slice(0, 3)
}

export interface Refundable {
  id: string
  kind: string
  leftMinor: bigint
}
/** Which part of a sale gives back how much: to the palm's card first, then what was paid elsewhere. Null when it is more than is left. */
export function shareRefund(
  parts: readonly Refundable[],
  amountMinor: bigint,
): { id: string; amountMinor: bigint }[] | null {
  const inOrder = [...parts].sort((one, other) => Number(other.kind === 'palm') - Number(one.kind === 'palm'))
  let openMinor = amountMinor
  const shares: { id: string; amountMinor: bigint }[] = []
  for (const { id, leftMinor } of inOrder) {
    const share = openMinor < leftMinor ? openMinor : leftMinor
    if (share > 0n) shares.push({ id, amountMinor: share })
    openMinor -= share > 0n ? share : 0n
  }
  return openMinor > 0n ? null : shares
}
