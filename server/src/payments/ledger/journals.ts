/**
 * The accounts of one organisation in one currency. Debit is positive, credit negative.
 * What is only authorised stands on the two `authorised_*` accounts, off the books of what is owed.
 */
export const ACCOUNT_KINDS = [
  /** What card holders have promised and nobody captured yet. */
  'authorised_receivable',
  /** Its mirror, so that a hold moves no real balance. */
  'authorised_payable',
  /** What the processor owes us: captures less refunds. */
  'processor_receivable',
  /** What we owe the merchant. */
  'merchant_payable',
  /** Refunds taken from the merchant that the processor has not confirmed. */
  'refunds_in_transit',
] as const
export type AccountKind = (typeof ACCOUNT_KINDS)[number]
export type TransferKind = 'charge' | 'refund'
export type TransferState = 'pending' | 'posted' | 'voided'
export type JournalKind = 'hold' | 'post' | 'void'

export type Line = { account: AccountKind; amountMinor: bigint }

/**
 * The lines of one journal. `amountMinor` is what the transfer holds; `postedMinor` (0 < posted ≤ held) is what becomes final and
 * matters to `post` only: a charge may be captured in part, a refund never is.
 */
export function linesOf(
  transfer: { kind: TransferKind; amountMinor: bigint },
  journal: JournalKind,
  postedMinor: bigint = transfer.amountMinor,
): Line[] {
  const held = transfer.amountMinor
  if (held <= 0n) throw new RangeError('a transfer moves more than zero')
  if (postedMinor <= 0n || postedMinor > held)
    throw new RangeError('what is posted is more than zero and at most what is held')
  if (transfer.kind === 'charge') {
    const hold: Line[] = [
      { account: 'authorised_receivable', amountMinor: held },
      { account: 'authorised_payable', amountMinor: -held },
    ]
    if (journal === 'hold') return hold
    const release = hold.map((line) => ({ ...line, amountMinor: -line.amountMinor }))
    if (journal === 'void') return release
    return [
      ...release,
      { account: 'processor_receivable', amountMinor: postedMinor },
      { account: 'merchant_payable', amountMinor: -postedMinor },
    ]
  }
  if (journal === 'hold') {
    return [
      { account: 'merchant_payable', amountMinor: held },
      { account: 'refunds_in_transit', amountMinor: -held },
    ]
  }
  if (journal === 'void') {
    return [
      { account: 'refunds_in_transit', amountMinor: held },
      { account: 'merchant_payable', amountMinor: -held },
    ]
  }
  if (postedMinor !== held) throw new RangeError('a refund is posted whole')
  return [
    { account: 'refunds_in_transit', amountMinor: held },
    { account: 'processor_receivable', amountMinor: -held },
  ]
}
