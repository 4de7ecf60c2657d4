import type { SettlementLine } from '../processor.ts'
import { type Books, disputedCharges, readSetting } from './books.ts'
import { type ChargeRecord, disputesAt, endOf } from './charge-record.ts'
import { captureFeeMinor, disputeFeeMinor } from './fees.ts'
import { SLOW_REFUND_MS } from './rules.ts'

export type DateRange = { from: Date; to: Date }
/** A line with what orders lines of the same moment. */
type Sorted = { line: SettlementLine; seq: bigint }
type MoveRow = {
  chargeKey: string
  kind: 'capture' | 'refund'
  key: string
  amount: bigint
  currency: string
  merchant_ref: string | null
  at: Date
  seq: bigint
}

const DAY_MS = 24 * 3_600_000
/** A batch is the UTC day of the processor's clock, one for each currency and merchant. */
export const batchRefOf = (at: Date, currency: string, merchantRef: string | null): string =>
  ['sbx', at.toISOString().slice(0, 10), currency, ...(merchantRef === null ? [] : [merchantRef])].join('_')

const MOVES = `
  select c.key as "chargeKey", o.kind, o.key, o.amount_minor as amount, c.currency, c.merchant_ref, o.seq,
         coalesce(o.settles_at, o.created_at) as at
    from sandbox_processor.operation o join sandbox_processor.charge c on c.ref = o.charge_ref
   where o.created_at >= $1 and o.created_at < $3 and o.kind in ('capture', 'refund') and not o.fails
     and coalesce(o.settles_at, o.created_at) >= $2 and coalesce(o.settles_at, o.created_at) < $3
     and coalesce(o.settles_at, o.created_at) <= $4`

/** Every movement of money in [from, to), in the order it happened. What has not happened yet is not listed. */
export async function listLines(books: Books, range: DateRange): Promise<SettlementLine[]> {
  const { now } = await readSetting(books)
  const askedFrom = new Date(range.from.getTime() - SLOW_REFUND_MS)
  const [moves, disputed] = await Promise.all([
    books.look<MoveRow>('settlement-moves', MOVES, [askedFrom, range.from, range.to, now]),
    disputedCharges(books, range.to),
  ])
  const lines: Sorted[] = moves.map((row) => ({ line: moveLine(row), seq: row.seq }))
  for (const record of disputed) {
    for (const line of disputeLines(record, now)) {
      if (line.at >= range.from && line.at < range.to) lines.push({ line, seq: BigInt(Number.MAX_SAFE_INTEGER) })
    }
  }
  lines.sort((a, b) => a.line.at.getTime() - b.line.at.getTime() || Number(a.seq - b.seq))
  return lines.map(({ line }) => line)
}

function moveLine({ chargeKey, kind, key, amount, currency, merchant_ref, at }: MoveRow): SettlementLine {
  return {
    chargeKey,
    kind,
    key,
    amountMinor: kind === 'capture' ? amount : -amount,
    feeMinor: kind === 'capture' ? captureFeeMinor(amount, currency) : 0n,
    currency,
    batchRef: batchRefOf(at, currency, merchant_ref),
    at,
  }
}

function disputeLines(record: ChargeRecord, now: Date): SettlementLine[] {
  const { key: chargeKey, currency, merchant_ref } = record.charge
  const line = (kind: 'dispute' | 'dispute_returned', ref: string, amountMinor: bigint, at: Date): SettlementLine => ({
    chargeKey,
    kind,
    key: kind === 'dispute' ? ref : `${ref}:returned`,
    amountMinor: kind === 'dispute' ? -amountMinor : amountMinor,
    feeMinor: kind === 'dispute' ? disputeFeeMinor(currency) : -disputeFeeMinor(currency),
    currency,
    batchRef: batchRefOf(at, currency, merchant_ref),
    at,
  })
  return disputesAt(record, now).flatMap((dispute) => {
    const row = record.disputes.find(({ ref }) => ref === dispute.ref)!
    const taken = line('dispute', dispute.ref, dispute.amountMinor, dispute.openedAt)
    if (dispute.state !== 'won') return [taken]
    return [taken, line('dispute_returned', dispute.ref, dispute.amountMinor, endOf(row).at)]
  })
}

export type Batch = {
  batchRef: string
  currency: string
  /** `open` while its day lasts by the processor's clock, then paid out. */
  state: 'open' | 'paid'
  lines: number
  grossMinor: bigint
  feeMinor: bigint
  /** What reaches the bank: gross less fees. May be negative; then it is drawn. */
  netMinor: bigint
}

/** The batches of the days that a range touches. */
export async function listBatches(books: Books, range: DateRange): Promise<Batch[]> {
  const { now } = await readSetting(books)
  const dayStart = (at: Date) => new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS)
  const lines = await listLines(books, { from: dayStart(range.from), to: range.to })
  return [...Map.groupBy(lines, (line) => line.batchRef)].map(([batchRef, members]) => {
    const grossMinor = members.reduce((sum, line) => sum + line.amountMinor, 0n)
    const feeMinor = members.reduce((sum, line) => sum + line.feeMinor, 0n)
    const { currency, at } = members[0]!
    const closed = dayStart(at) < dayStart(now)
    const state = closed ? 'paid' : 'open'
    return { batchRef, currency, state, lines: members.length, grossMinor, feeMinor, netMinor: grossMinor - feeMinor }
  })
}

/** The lines of one batch; null while it is open: a file that may still grow would be reconciled too early. */
export async function batchLines(books: Books, batchRef: string): Promise<SettlementLine[] | null> {
  const day = /^sbx_(\d{4}-\d{2}-\d{2})_/.exec(batchRef)?.[1]
  const from = new Date(`${day}T00:00:00Z`)
  if (day === undefined || Number.isNaN(from.getTime())) return null
  const { now } = await readSetting(books)
  const to = new Date(from.getTime() + DAY_MS)
  if (to > now) return null
  const lines = (await listLines(books, { from, to })).filter((line) => line.batchRef === batchRef)
  return lines.length === 0 ? null : lines
}

const COLUMNS = [
  'record',
  'batch',
  'currency',
  'charge_key',
  'kind',
  'key',
  'amount_minor',
  'fee_minor',
  'net_minor',
  'at',
]
const field = (value: string | bigint) =>
  /[",\r\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value)

/** The reconciliation file (RFC 4180): a line for each movement, and a last one that adds them up. Amounts are minor units. */
export function settlementFile(lines: SettlementLine[]): string {
  const total = { amountMinor: 0n, feeMinor: 0n }
  const records: (string | bigint)[][] = lines.map((line) => {
    total.amountMinor += line.amountMinor
    total.feeMinor += line.feeMinor
    const { batchRef, currency, chargeKey, kind, key, amountMinor, feeMinor, at } = line
    const net = amountMinor - feeMinor
    return ['line', batchRef, currency, chargeKey, kind, key, amountMinor, feeMinor, net, at.toISOString()]
  })
  const { batchRef = '', currency = '' } = lines[0] ?? {}
  const net = total.amountMinor - total.feeMinor
  records.push(['total', batchRef, currency, '', '', '', total.amountMinor, total.feeMinor, net, ''])
  return [COLUMNS, ...records].map((record) => `${record.map(field).join(',')}\r\n`).join('')
}
