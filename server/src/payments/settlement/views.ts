import type {
  Currency,
  DayBook,
  Difference as DifferenceView,
  Payout as PayoutView,
  Reconciliation,
  SettlementBatch,
  SettlementBatchDetail,
} from '@paume/contract'
import { csvOf } from '../../csv.ts'
import type { DayBalance } from '../ledger/trial-balances.ts'
import type { Batch } from './batch.ts'
import type { Difference } from './differences.ts'
import type { Payout } from './payouts.ts'
import type { FeeOfLine, Movement, ReconciledRow } from './reports.ts'
import { decimalOf } from './split.ts'

const time = (at: Date) => at.toISOString()
const timeOrNull = (at: Date | null) => (at === null ? null : time(at))
const minorOrNull = (minor: bigint | null) => (minor === null ? null : Number(minor))

export const dayBookView = (day: DayBalance, chainVerified: boolean): DayBook => ({
  organisationId: day.organisationId,
  currency: day.currency as Currency,
  day: day.day,
  sequence: day.sequence,
  endsAt: time(day.endsAt),
  balanced: day.findings.length === 0,
  findings: day.findings,
  accounts: day.accounts.map(({ kind, openingMinor, debitMinor, creditMinor, closingMinor }) => ({
    kind,
    openingMinor: Number(openingMinor),
    debitMinor: Number(debitMinor),
    creditMinor: Number(creditMinor),
    closingMinor: Number(closingMinor),
  })),
  previousSha256: day.previousSha256,
  sha256: day.sha256,
  chainVerified,
})

export const dayBooksCsv = (days: DayBalance[]): string =>
  csvOf(
    ['day', 'organisation', 'currency', 'account', 'opening', 'debit', 'credit', 'closing', 'balanced', 'sha256'],
    days.flatMap((day) =>
      day.accounts.map((account) => [
        day.day,
        day.organisationId,
        day.currency,
        account.kind,
        ...[account.openingMinor, account.debitMinor, account.creditMinor, account.closingMinor].map((minor) =>
          decimalOf(BigInt(minor), day.currency),
        ),
        day.findings.length === 0 ? 'yes' : 'no',
        day.sha256,
      ]),
    ),
  )

export const batchView = ({ sequence: _, ...batch }: Batch): SettlementBatch => ({
  ...batch,
  currency: batch.currency as Currency,
  startsAt: time(batch.startsAt),
  endsAt: time(batch.endsAt),
  madeAt: time(batch.madeAt),
  carriedMinor: Number(batch.carriedMinor),
  capturedMinor: Number(batch.capturedMinor),
  refundedMinor: Number(batch.refundedMinor),
  disputedMinor: Number(batch.disputedMinor),
  returnedMinor: Number(batch.returnedMinor),
  adjustedMinor: Number(batch.adjustedMinor),
  processorFeeMinor: Number(batch.processorFeeMinor),
  platformFeeMinor: Number(batch.platformFeeMinor),
  reservedMinor: Number(batch.reservedMinor),
  releasedMinor: Number(batch.releasedMinor),
  heldBackMinor: Number(batch.heldBackMinor),
  payoutMinor: Number(batch.payoutMinor),
  closingMinor: Number(batch.closingMinor),
})

type Lines = { movements: Movement[]; fees: FeeOfLine[] }

export const batchDetailView = (batch: Batch, { movements, fees }: Lines): SettlementBatchDetail => ({
  batch: batchView(batch),
  movements: movements.map((line) => ({ ...line, at: time(line.at), amountMinor: Number(line.amountMinor) })),
  fees: fees.map((line) => ({
    ...line,
    at: time(line.at),
    amountMinor: Number(line.amountMinor),
    processorFeeMinor: Number(line.processorFeeMinor),
    platformFeeMinor: Number(line.platformFeeMinor),
  })),
})

/** Movements and fees one under the other: the column `platform_fee` sums to what the batch says. */
export const batchLinesCsv = (batch: Batch, { movements, fees }: Lines): string => {
  const amount = (minor: bigint) => decimalOf(minor, batch.currency)
  return csvOf(
    ['line', 'at', 'kind', 'key', 'payment', 'reference', 'currency', 'amount', 'processor_fee', 'platform_fee'],
    [
      ...movements.map((m) => [
        'movement',
        time(m.at),
        m.kind,
        m.transferId,
        m.paymentId,
        m.reference,
        batch.currency,
        amount(m.amountMinor),
        null,
        null,
      ]),
      ...fees.map((f) => [
        'fee',
        time(f.at),
        f.kind,
        f.key,
        null,
        f.processorBatch,
        batch.currency,
        null,
        amount(f.processorFeeMinor),
        amount(f.platformFeeMinor),
      ]),
    ],
  )
}

export const payoutView = (payout: Payout): PayoutView => ({
  ...payout,
  currency: payout.currency as Currency,
  amountMinor: Number(payout.amountMinor),
  createdAt: time(payout.createdAt),
  endedAt: timeOrNull(payout.endedAt),
})

export const payoutsCsv = (payouts: Payout[]): string =>
  csvOf(
    ['payout', 'organisation', 'day', 'currency', 'amount', 'state', 'created_at', 'ended_at'],
    payouts.map((p) => [
      p.id,
      p.organisationId,
      p.day,
      p.currency,
      decimalOf(p.amountMinor, p.currency),
      p.state,
      time(p.createdAt),
      timeOrNull(p.endedAt),
    ]),
  )

export const differenceView = (difference: Difference): DifferenceView => ({
  ...difference,
  currency: difference.currency as Currency,
  oursMinor: minorOrNull(difference.oursMinor),
  theirsMinor: minorOrNull(difference.theirsMinor),
  foundAt: time(difference.foundAt),
  resolvedAt: timeOrNull(difference.resolvedAt),
})

/** Lines of a report that are read by people; the CSV has them all. */
const SHOWN = 1_000

type DayReport = {
  organisationId: string
  currency: string
  day: string
  startsAt: Date
  endsAt: Date
  rows: ReconciledRow[]
}

export function reconciliationView({ rows, ...report }: DayReport): Reconciliation {
  const counts: Record<string, number> = {}
  for (const { status } of rows) counts[status] = (counts[status] ?? 0) + 1
  const sum = (pick: (row: ReconciledRow) => bigint | null) =>
    Number(rows.reduce((total, row) => total + (pick(row) ?? 0n), 0n))
  return {
    organisationId: report.organisationId,
    currency: report.currency as Currency,
    day: report.day,
    startsAt: time(report.startsAt),
    endsAt: time(report.endsAt),
    counts,
    oursMinor: sum((row) => row.oursMinor),
    theirsMinor: sum((row) => row.theirsMinor),
    lines: rows
      .filter((row) => row.status !== 'matched')
      .slice(0, SHOWN)
      .map(({ currency: _, ...row }) => ({
        ...row,
        status: row.status as Reconciliation['lines'][number]['status'],
        oursMinor: minorOrNull(row.oursMinor),
        theirsMinor: minorOrNull(row.theirsMinor),
        ourAt: timeOrNull(row.ourAt),
        theirAt: timeOrNull(row.theirAt),
      })),
  }
}

export const reconciliationCsv = ({ rows }: DayReport): string =>
  csvOf(
    [
      'status',
      'kind',
      'key',
      'payment',
      'currency',
      'ours',
      'processors',
      'our_time',
      'their_time',
      'processor',
      'batch',
    ],
    rows.map((row) => [
      row.status,
      row.kind,
      row.key,
      row.paymentId,
      row.currency,
      row.oursMinor === null ? null : decimalOf(row.oursMinor, row.currency),
      row.theirsMinor === null ? null : decimalOf(row.theirsMinor, row.currency),
      timeOrNull(row.ourAt),
      timeOrNull(row.theirAt),
      row.processor,
      row.processorBatch,
    ]),
  )
