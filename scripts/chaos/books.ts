import pg from 'pg'
import type { Sale } from './sales.ts'

export type Findings = {
  payments: number
  approved: number
  captures: number
  refunds: number
  voids: number
  increments: number
  /** Sales whose shopper was charged more than once, or for more than was agreed. */
  doubleCharged: number
  /** Sales on which till, our books and the processor's do not agree. */
  lost: number
  /** Payments and requests to the processor whose end nobody knows though everything stands still. */
  unresolved: number
  ledgerSumMinor: number
  /** One line for each thing that is wrong. */
  wrong: string[]
}

type Row = { id: string; state: string; captured: string; refunded: string; reference: string }
type Charge = { paymentId: string; captured: string; refunded: string; voided: boolean; declined: string | null }

const PAYMENTS = `
  select id, state, captured_minor::text captured, refunded_minor::text refunded, reference from payment`
const CHARGES = `
  select split_part(c.key, ':', 1) "paymentId", c.voided, c.declined,
    coalesce(sum(o.amount_minor) filter (where o.kind = 'capture'), 0)::text captured,
    coalesce(sum(o.amount_minor) filter (where o.kind = 'refund'), 0)::text refunded
  from sandbox_processor.charge c left join sandbox_processor.operation o on o.charge_ref = c.ref group by c.ref`
/** Fees and payouts of a day that ends meanwhile are not what is looked at: charges and refunds alone must agree with the processor. */
const LEDGER = `
  select coalesce(sum(e.amount_minor), 0)::text sum,
    coalesce(sum(e.amount_minor) filter (where a.kind = 'processor_receivable' and t.kind in ('charge', 'refund')), 0)::text receivable,
    coalesce(sum(e.amount_minor) filter (where a.kind = 'authorised_receivable'), 0)::text held,
    coalesce(sum(e.amount_minor) filter (where a.kind = 'refunds_in_transit'), 0)::text "inTransit"
  from ledger_entry e join ledger_account a on a.id = e.account_id
    join ledger_journal j on j.id = e.journal_id join ledger_transfer t on t.id = j.transfer_id`
const OPEN = `
  select (select count(*) from payment_operation where state in ('intended', 'pending'))::int
    + (select count(*) from payment where state in ('identified', 'authorising', 'unknown'))::int open`
const DONE = `select kind, count(*)::int done from payment_operation where state = 'succeeded' group by kind`

/** Holds what every till was told against our payments, our ledger and the processor's own books. Nobody may be selling meanwhile. */
export async function compareBooks(databaseUrl: string, sales: readonly Sale[]): Promise<Findings> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const unresolved = await untilQuiet(client)
    const payments = (await client.query<Row>(PAYMENTS)).rows
    const charges = (await client.query<Charge>(CHARGES)).rows
    const ledger = (await client.query<Record<'sum' | 'receivable' | 'held' | 'inTransit', string>>(LEDGER)).rows[0]!
    const done = new Map(
      (await client.query<{ kind: string; done: number }>(DONE)).rows.map((row) => [row.kind, row.done]),
    )
    const found = compareSales(sales, payments, charges)
    const { wrong } = found
    const net = charges.reduce((sum, charge) => sum + Number(charge.captured) - Number(charge.refunded), 0)
    if (unresolved > 0) wrong.push(`${unresolved} payments or requests to the processor stay unsettled`)
    if (Number(ledger.receivable) !== net) wrong.push(`the ledger says ${ledger.receivable}, the processor ${net}`)
    if (Number(ledger.inTransit) !== 0) wrong.push(`${ledger.inTransit} are refunds in transit, none is under way`)
    if (Number(ledger.held) !== 0) wrong.push(`${ledger.held} stand authorised, nothing is held any more`)
    if (Number(ledger.sum) !== 0) wrong.push(`the ledger sums up to ${ledger.sum}`)
    const count = (kind: string) => done.get(kind) ?? 0
    return {
      payments: payments.length,
      approved: payments.filter((row) => row.state === 'approved').length,
      captures: count('capture'),
      refunds: count('refund'),
      voids: count('void'),
      increments: count('increment'),
      unresolved,
      ledgerSumMinor: Number(ledger.sum),
      ...found,
    }
  } finally {
    await client.end()
  }
}

function compareSales(sales: readonly Sale[], payments: Row[], charges: Charge[]) {
  const wrong: string[] = []
  const byReference = Map.groupBy(payments, (row) => row.reference)
  const chargesOf = Map.groupBy(charges, (charge) => charge.paymentId)
  let doubleCharged = 0
  let lost = 0
  for (const sale of sales) {
    const rows = byReference.get(sale.reference) ?? []
    const paid = rows.flatMap((row) => chargesOf.get(row.id) ?? []).filter((charge) => Number(charge.captured) > 0)
    const captured = paid.reduce((sum, charge) => sum + Number(charge.captured), 0)
    if (rows.length > 1 || paid.length > 1 || captured > agreedMinor(sale)) {
      doubleCharged += 1
      const what = `${rows.length} payments, ${paid.length} charges, ${captured} of ${agreedMinor(sale)}`
      wrong.push(`${sale.reference}: ${what}`)
    }
    const disagreement = disagree(sale, rows[0], chargesOf.get(rows[0]?.id ?? '')?.[0])
    if (disagreement === null) continue
    lost += 1
    wrong.push(`${sale.reference}: ${disagreement}`)
  }
  const known = new Set(payments.map((row) => row.id))
  for (const charge of charges) {
    if (known.has(charge.paymentId)) continue
    lost += 1
    wrong.push(`the processor holds a charge for ${charge.paymentId}, which does not exist`)
  }
  return { doubleCharged, lost, wrong }
}

const plannedMinor = (sale: Sale, kind: 'increment' | 'refund') =>
  sale.steps.reduce((sum, step) => (step.kind === kind ? sum + step.amountMinor : sum), 0)
const agreedMinor = (sale: Sale) => sale.amountMinor + plannedMinor(sale, 'increment')

/** What the till should have been charged when it ended approved. */
function expectedMinor(sale: Sale): number {
  const capture = sale.steps.find((step) => step.kind === 'capture')
  return capture?.amountMinor ?? agreedMinor(sale)
}

/** What does not fit between the till, our payment and the processor's charge; null when all three say the same. */
function disagree(sale: Sale, row: Row | undefined, charge: Charge | undefined): string | null {
  if (!row) return sale.told === null ? null : `the till was told ${sale.told.state}, there is no payment`
  if (sale.told === null) return 'the till does not know its payment'
  const { state, capturedMinor, refundedMinor } = sale.told
  if (!sale.done) return `the till never came to an end with it (${state})`
  if (state !== row.state) return `the till was told ${state}, the payment is ${row.state}`
  if (capturedMinor !== Number(row.captured))
    return `the till was told ${capturedMinor}, the payment has ${row.captured}`
  if (Number(row.captured) !== Number(charge?.captured ?? 0))
    return `captured ${row.captured} here, ${charge?.captured} there`
  if (Number(row.refunded) !== Number(charge?.refunded ?? 0))
    return `refunded ${row.refunded} here, ${charge?.refunded} there`
  if (refundedMinor !== Number(row.refunded)) return `the till was told ${refundedMinor} of ${row.refunded} refunded`
  const held = charge !== undefined && !charge.voided && charge.declined === null && Number(charge.captured) === 0
  if (held) return `${state}, and the processor still holds the money`
  if (state !== 'approved') return null
  if (capturedMinor !== expectedMinor(sale)) return `approved, but ${row.captured} of ${expectedMinor(sale)} captured`
  const asked = plannedMinor(sale, 'refund')
  return refundedMinor === asked ? null : `refunded ${refundedMinor}, asked for ${asked}`
}

const QUIET_WITHIN_MS = 60_000

/** How much stays open however long one waits. */
async function untilQuiet(client: pg.Client): Promise<number> {
  const giveUpAt = Date.now() + QUIET_WITHIN_MS
  for (;;) {
    const { rows } = await client.query<{ open: number }>(OPEN)
    if (rows[0]!.open === 0 || Date.now() > giveUpAt) return rows[0]!.open
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
