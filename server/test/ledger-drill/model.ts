import type { OneStepKind, TwoStepKind } from '../../src/payments/ledger/journals.ts'

export type Account = string
type Transfer = { kind: TwoStepKind; heldMinor: bigint; postedMinor: bigint; state: 'pending' | 'posted' | 'voided' }

/** An operation on the books. `which` names one of the transfers so far, also one of another kind or one that has ended. */
export type Operation =
  | { do: 'hold'; kind: TwoStepKind; amountMinor: bigint }
  | { do: 'raise'; which: number; byMinor: bigint }
  /** `part` in per mille of what is held: 1000 is all of it, above is over-capture, which `allowed` permits up to 2,000. */
  | { do: 'post'; which: number; part: number; allowed: boolean }
  | { do: 'void'; which: number }
  | { do: 'move'; kind: OneStepKind; amountMinor: bigint }

/**
 * What the books must say, worked out another way: no journals, only what each transfer holds and how it ended. Balances are sums
 * over transfers, written down account by account.
 */
export class Model {
  readonly transfers: Transfer[] = []
  readonly moved: { kind: OneStepKind; amountMinor: bigint }[] = []

  /** What is posted by an operation; null: everything that is held. */
  postedOf(operation: Extract<Operation, { do: 'post' }>): bigint {
    const { heldMinor } = this.transfers[operation.which]!
    return (heldMinor * BigInt(operation.part)) / 1_000n
  }

  allows(operation: Operation): boolean {
    if (operation.do === 'hold') return operation.amountMinor > 0n
    if (operation.do === 'move') return operation.amountMinor !== 0n
    const transfer = this.transfers[operation.which]
    if (transfer?.state !== 'pending') return false
    if (operation.do === 'void') return true
    if (operation.do === 'raise') return transfer.kind === 'charge' && operation.byMinor > 0n
    const posted = this.postedOf(operation)
    const { kind, heldMinor } = transfer
    if (kind === 'reserve' || posted <= 0n) return false
    if (posted === heldMinor) return true
    if (posted < heldMinor) return kind === 'charge' || kind === 'dispute'
    return kind === 'charge' && operation.allowed && posted <= heldMinor * 2n
  }

  apply(operation: Operation): void {
    if (operation.do === 'hold') {
      const { kind, amountMinor } = operation
      this.transfers.push({ kind, heldMinor: amountMinor, postedMinor: 0n, state: 'pending' })
      return
    }
    if (operation.do === 'move') {
      this.moved.push({ kind: operation.kind, amountMinor: operation.amountMinor })
      return
    }
    const transfer = this.transfers[operation.which]!
    if (operation.do === 'raise') transfer.heldMinor += operation.byMinor
    else if (operation.do === 'void') transfer.state = 'voided'
    else {
      transfer.postedMinor = this.postedOf(operation)
      transfer.state = 'posted'
    }
  }

  balances(): Record<Account, bigint> {
    const sum = (of: (transfer: Transfer) => bigint) => this.transfers.reduce((total, t) => total + of(t), 0n)
    const pending = (kind: TwoStepKind) => sum((t) => (t.kind === kind && t.state === 'pending' ? t.heldMinor : 0n))
    const posted = (kind: TwoStepKind) => sum((t) => (t.kind === kind ? t.postedMinor : 0n))
    const moved = (kind: OneStepKind) =>
      this.moved.filter((move) => move.kind === kind).reduce((total, move) => total + move.amountMinor, 0n)
    const taken = pending('dispute') + posted('dispute')
    const all: Record<Account, bigint> = {
      authorised_receivable: pending('charge'),
      authorised_payable: -pending('charge'),
      refunds_in_transit: -pending('refund'),
      disputed_receivable: pending('dispute'),
      disputed_payable: -pending('dispute'),
      payouts_in_transit: -pending('payout'),
      merchant_reserve: -pending('reserve'),
      processor_fees: moved('processor_fee'),
      platform_fees: -moved('platform_fee'),
      platform_differences: -moved('platform_adjustment'),
      processor_receivable:
        posted('charge') -
        posted('refund') -
        taken -
        posted('payout') -
        moved('processor_fee') +
        moved('merchant_adjustment') +
        moved('platform_adjustment'),
      merchant_payable:
        -posted('charge') +
        pending('refund') +
        posted('refund') +
        taken +
        pending('payout') +
        posted('payout') +
        pending('reserve') +
        moved('platform_fee') -
        moved('merchant_adjustment'),
    }
    return Object.fromEntries(Object.entries(all).filter(([, minor]) => minor !== 0n))
  }
}
