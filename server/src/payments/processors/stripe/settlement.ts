import type Stripe from 'stripe'
import type { SettlementLine } from '../processor.ts'
import { fromStripeAmount } from './amounts.ts'
import { METADATA } from './charge-record.ts'
import { at, pagesOf, type Reading } from './reading.ts'

/** Movements that belong to a payment. Payouts, Stripe's own fees and transfers between accounts belong to none. */
const TYPES = ['charge', 'refund', 'refund_failure', 'adjustment'] as const

type Moved = Stripe.BalanceTransaction & { source: unknown }
type Source = {
  id: string
  object: string
  metadata?: Record<string, string> | null
  payment_intent?: Stripe.PaymentIntent | string | null
}

/**
 * What moved on the platform's balance and on that of every connected account we charge on, oldest first. Amounts and fees are in the
 * currency of that balance, as Stripe converted them. `batchRef` is the day the money becomes available, with its account: automatic
 * payouts pay out by that day.
 */
export async function listSettlement(reading: Reading, range: { from: Date; to: Date }): Promise<SettlementLine[]> {
  const lines: (SettlementLine & { order: number })[] = []
  for (const account of [null, ...(await reading.keys.accounts())]) {
    for (const [order, type] of TYPES.entries()) {
      for (const moved of await list(reading.stripe, account, type, range)) {
        const line = lineOf(moved, account)
        if (line !== null) lines.push({ ...line, order })
      }
    }
  }
  return lines
    .sort((a, b) => a.at.getTime() - b.at.getTime() || a.order - b.order)
    .map(({ order: _order, ...line }) => line)
}

/** Stripe keeps whole seconds: rounding both ends up keeps days from overlapping. */
const seconds = (time: Date) => Math.max(0, Math.ceil(time.getTime() / 1000))

async function list(stripe: Stripe, account: string | null, type: string, { from, to }: { from: Date; to: Date }) {
  const created = { gte: seconds(from), lt: seconds(to) }
  const query = { type, created, expand: ['data.source.payment_intent'] }
  const all: Stripe.BalanceTransaction[] = []
  for await (const moved of pagesOf((turn) => stripe.balanceTransactions.list({ ...query, ...turn }, at(account))))
    all.push(moved)
  return all.reverse() as Moved[]
}

function lineOf(moved: Moved, account: string | null): SettlementLine | null {
  const source = moved.source as Source | null
  if (source === null || typeof source !== 'object') return null
  const intent = typeof source.payment_intent === 'object' ? source.payment_intent : null
  const chargeKey = intent?.metadata[METADATA.key] ?? source.metadata?.[METADATA.charge]
  // Taken by something else on the same Stripe account: not ours to settle.
  if (chargeKey === undefined) return null
  const named = nameLine(moved, source, intent, chargeKey)
  if (named === null) return null
  const day = new Date(moved.available_on * 1000).toISOString().slice(0, 10)
  return {
    chargeKey,
    ...named,
    amountMinor: fromStripeAmount(moved.amount, moved.currency),
    feeMinor: fromStripeAmount(moved.fee, moved.currency),
    currency: moved.currency.toUpperCase(),
    batchRef: account === null ? day : `${account}/${day}`,
    at: new Date(moved.created * 1000),
  }
}

function nameLine(
  moved: Moved,
  source: Source,
  intent: Stripe.PaymentIntent | null,
  chargeKey: string,
): Pick<SettlementLine, 'kind' | 'key'> | null {
  switch (moved.type) {
    case 'charge':
      return { kind: 'capture', key: intent?.metadata[METADATA.capture] ?? `${chargeKey}:capture` }
    case 'refund':
      return { kind: 'refund', key: source.metadata?.[METADATA.key] ?? source.id }
    case 'refund_failure':
      return { kind: 'refund', key: `${source.metadata?.[METADATA.key] ?? source.id}:failed` }
    case 'adjustment':
      if (source.object !== 'dispute') return null
      return moved.amount < 0
        ? { kind: 'dispute', key: source.id }
        : { kind: 'dispute_returned', key: `${source.id}:returned` }
    default:
      return null
  }
}
