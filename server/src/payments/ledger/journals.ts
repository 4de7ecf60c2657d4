/**
 * The accounts of one organisation in one currency. Debit is positive, credit negative.
 * What is only authorised stands on the two `authorised_*` accounts, off the books of what is owed.
 */
export const ACCOUNT_KINDS = [
  /** What card holders have promised and nobody captured yet. */
  'authorised_receivable',
  /** Its mirror, so that a hold moves no real balance. */
  'authorised_payable',
  /** What the processor owes us: captures less refunds, disputes, its fees and what it paid out. */
  'processor_receivable',
  /** What we owe the merchant. In debit: the merchant owes us. */
  'merchant_payable',
  /** Refunds taken from the merchant that the processor has not confirmed. */
  'refunds_in_transit',
  /** Money that a card issuer took back and that may come back to us. */
  'disputed_receivable',
  /** Its mirror: what of it would be the merchant's again. */
  'disputed_payable',
  /** Taken from the merchant's balance, on its way to the merchant's bank. */
  'payouts_in_transit',
  /** The merchant's, kept back for a while against disputes. */
  'merchant_reserve',
  /** What the processor has kept for its work: a cost. */
  'processor_fees',
  /** What the platform has taken from the merchant for its work: an income. */
  'platform_fees',
  /** Differences to the processor's books that the platform bears. */
  'platform_differences',
] as const
export type AccountKind = (typeof ACCOUNT_KINDS)[number]

/** What is pending first, and posted or voided later. */
export const TWO_STEP_KINDS = ['charge', 'refund', 'dispute', 'payout', 'reserve'] as const
/** What is final at once. Its amount is signed: a fee given back is negative. */
export const ONE_STEP_KINDS = ['processor_fee', 'platform_fee', 'merchant_adjustment', 'platform_adjustment'] as const
export type TwoStepKind = (typeof TWO_STEP_KINDS)[number]
export type OneStepKind = (typeof ONE_STEP_KINDS)[number]
export type TransferKind = TwoStepKind | OneStepKind
export type TransferState = 'pending' | 'posted' | 'voided'
export type JournalKind = 'hold' | 'raise' | 'post' | 'void'

export type Line = { account: AccountKind; amountMinor: bigint }

/** Which accounts a step debits (1) and credits (−1). */
type Shape = Partial<Record<AccountKind, 1 | -1>>

/** What stands in the books while a transfer is pending. */
const HELD: Record<TwoStepKind, Shape> = {
  charge: { authorised_receivable: 1, authorised_payable: -1 },
  refund: { merchant_payable: 1, refunds_in_transit: -1 },
  // The issuer has taken the money already; the merchant goes without it until it is won back.
  dispute: { disputed_receivable: 1, processor_receivable: -1, merchant_payable: 1, disputed_payable: -1 },
  payout: { merchant_payable: 1, payouts_in_transit: -1 },
  reserve: { merchant_payable: 1, merchant_reserve: -1 },
}

/** What stands in the books for good once it is posted. A reserve is only ever given back: void it. */
const FINAL: Record<TransferKind, Shape | null> = {
  charge: { processor_receivable: 1, merchant_payable: -1 },
  refund: { merchant_payable: 1, processor_receivable: -1 },
  dispute: { merchant_payable: 1, processor_receivable: -1 },
  payout: { merchant_payable: 1, processor_receivable: -1 },
  reserve: null,
  processor_fee: { processor_fees: 1, processor_receivable: -1 },
  platform_fee: { merchant_payable: 1, platform_fees: -1 },
  merchant_adjustment: { processor_receivable: 1, merchant_payable: -1 },
  platform_adjustment: { processor_receivable: 1, platform_differences: -1 },
}

/** Kinds that may be posted in part: a charge captured for less, a dispute lost for less. */
const IN_PARTS: readonly TransferKind[] = ['charge', 'dispute']

/** `shapes` in minor units, one line an account, without the accounts on which they cancel out. */
function net(...shapes: [Shape, bigint][]): Line[] {
  const sums = new Map<AccountKind, bigint>()
  for (const [shape, amountMinor] of shapes) {
    for (const [account, sign] of Object.entries(shape) as [AccountKind, 1 | -1][]) {
      sums.set(account, (sums.get(account) ?? 0n) + BigInt(sign) * amountMinor)
    }
  }
  return [...sums].filter(([, sum]) => sum !== 0n).map(([account, amountMinor]) => ({ account, amountMinor }))
}

export const isTwoStep = (kind: TransferKind): kind is TwoStepKind =>
  (TWO_STEP_KINDS as readonly string[]).includes(kind)

/**
 * The lines of one journal. `amountMinor` is what the transfer holds (for `raise`: what is added to it). `postedMinor` is what becomes
 * final and matters to `post` only. A charge may be posted above what it holds, but only where `atMostMinor` says how far: the
 * processor's own limit for this charge. Posting is the hold reversed and what is final written, so that nothing held stays behind.
 */
export function linesOf(
  transfer: { kind: TransferKind; amountMinor: bigint },
  journal: JournalKind,
  postedMinor: bigint = transfer.amountMinor,
  atMostMinor: bigint = transfer.amountMinor,
): Line[] {
  const { kind, amountMinor: held } = transfer
  if (!isTwoStep(kind)) {
    if (journal !== 'post' || postedMinor !== held) throw new RangeError(`a ${kind} is posted whole and at once`)
    if (held === 0n) throw new RangeError('a transfer moves something')
    return net([FINAL[kind]!, held])
  }
  if (held <= 0n) throw new RangeError('a transfer moves more than zero')
  const most = kind === 'charge' && atMostMinor > held ? atMostMinor : held
  if (postedMinor <= 0n || postedMinor > most)
    throw new RangeError('what is posted is more than zero and at most what is held')
  switch (journal) {
    case 'raise':
      if (kind !== 'charge') throw new RangeError(`a ${kind} is never raised`)
      return net([HELD[kind], held])
    case 'hold':
      return net([HELD[kind], held])
    case 'void':
      return net([HELD[kind], -held])
    case 'post': {
      const final = FINAL[kind]
      if (final === null) throw new RangeError(`a ${kind} is given back, never posted`)
      if (postedMinor !== held && !IN_PARTS.includes(kind)) throw new RangeError(`a ${kind} is posted whole`)
      return net([HELD[kind], -held], [final, postedMinor])
    }
  }
}
