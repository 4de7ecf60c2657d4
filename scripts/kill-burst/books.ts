import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { Sale } from './till.ts'

export type Findings = {
  payments: number
  approved: number
  /** Sales whose shopper was charged more than once, or for more than the sale. */
  chargedTwice: number
  /** Sales on which till, our books and the processor's do not agree. */
  lost: number
  ledgerSumMinor: number
  /** One line for each thing that is wrong. */
  wrong: string[]
}

type Row = { id: string; state: string; captured: string; refunded: string; reference: string }
type Charge = { paymentId: string; captured: string; refunded: string; voided: boolean; declined: string | null }

async function connect(dataDir: string): Promise<pg.Client> {
  const [port, password] = await Promise.all(
    ['postgres.port', 'postgres.password'].map((file) => readFile(join(dataDir, file), 'utf8')),
  )
  const connectionString = `postgresql://paume:${password.trim()}@127.0.0.1:${port.trim()}/paume`
  const client = new pg.Client({ connectionString })
  await client.connect()
  return client
}

const PAYMENTS = `
  select id, state, captured_minor::text captured, refunded_minor::text refunded, reference from payment`
const CHARGES = `
  select split_part(c.key, ':', 1) "paymentId", c.voided, c.declined,
    (select coalesce(sum(o.amount_minor), 0) from sandbox_processor.operation o
      where o.charge_ref = c.ref and o.kind = 'capture')::text captured,
    (select coalesce(sum(o.amount_minor), 0) from sandbox_processor.operation o
      where o.charge_ref = c.ref and o.kind = 'refund')::text refunded
  from sandbox_processor.charge c`
const LEDGER = `
  select coalesce(sum(e.amount_minor), 0)::text sum,
    coalesce(sum(e.amount_minor) filter (where a.kind = 'processor_receivable'), 0)::text receivable,
    coalesce(sum(e.amount_minor) filter (where a.kind not in ('processor_receivable', 'merchant_payable')), 0)::text "inTransit"
  from ledger_entry e join ledger_account a on a.id = e.account_id`
const OPEN = `select count(*)::int open from payment_operation where state in ('intended', 'pending')`

/** Holds what every till was told against our payments, our ledger and the processor's own books. */
export async function compareBooks(dataDir: string, sales: Sale[]): Promise<Findings> {
  const client = await connect(dataDir)
  try {
    await untilQuiet(client)
    const payments = (await client.query<Row>(PAYMENTS)).rows
    const charges = (await client.query<Charge>(CHARGES)).rows
    const ledger = (await client.query<{ sum: string; receivable: string; inTransit: string }>(LEDGER)).rows[0]!
    const wrong: string[] = []
    const byReference = Map.groupBy(payments, (row) => row.reference)
    const chargesOf = Map.groupBy(charges, (charge) => charge.paymentId)
    let chargedTwice = 0
    let lost = 0
    for (const sale of sales) {
      const rows = byReference.get(sale.reference) ?? []
      const paid = rows.flatMap((row) => chargesOf.get(row.id) ?? []).filter((charge) => Number(charge.captured) > 0)
      const captured = paid.reduce((sum, charge) => sum + Number(charge.captured), 0)
      if (rows.length > 1 || paid.length > 1 || captured > sale.amountMinor) {
        chargedTwice += 1
        wrong.push(
          `${sale.reference}: ${rows.length} payments, ${paid.length} charges, ${captured} of ${sale.amountMinor}`,
        )
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
    const net = charges.reduce((sum, charge) => sum + Number(charge.captured) - Number(charge.refunded), 0)
    if (Number(ledger.receivable) !== net) wrong.push(`the ledger says ${ledger.receivable}, the processor ${net}`)
    if (Number(ledger.inTransit) !== 0)
      wrong.push(`${ledger.inTransit} stand between accounts though nothing is under way`)
    const approved = payments.filter((row) => row.state === 'approved').length
    return { payments: payments.length, approved, chargedTwice, lost, ledgerSumMinor: Number(ledger.sum), wrong }
  } finally {
    await client.end()
  }
}

/** What does not fit between the till, our payment and the processor's charge; null when all three say the same. */
function disagree(sale: Sale, row: Row | undefined, charge: Charge | undefined): string | null {
  if (!row) return sale.told === null ? null : `the till was told ${sale.told.state}, there is no payment`
  if (sale.told === null) return 'the till does not know its payment'
  const { state, capturedMinor, refundedMinor } = sale.told
  if (state !== row.state) return `the till was told ${state}, the payment is ${row.state}`
  if (capturedMinor !== Number(row.captured))
    return `the till was told ${capturedMinor}, the payment has ${row.captured}`
  if (Number(row.captured) !== Number(charge?.captured ?? 0))
    return `captured ${row.captured} here, ${charge?.captured} there`
  if (Number(row.refunded) !== Number(charge?.refunded ?? 0))
    return `refunded ${row.refunded} here, ${charge?.refunded} there`
  if (refundedMinor !== sale.refundMinor) return `refunded ${refundedMinor}, asked for ${sale.refundMinor}`
  if (state === 'approved' && Number(row.captured) !== sale.amountMinor) return `approved, but ${row.captured} captured`
  const held = charge !== undefined && !charge.voided && charge.declined === null && Number(charge.captured) === 0
  if (state !== 'approved' && held) return `${state}, but the processor still holds the money`
  return null
}

const QUIET_WITHIN_MS = 60_000

async function untilQuiet(client: pg.Client): Promise<void> {
  const giveUpAt = Date.now() + QUIET_WITHIN_MS
  for (;;) {
    const { rows } = await client.query<{ open: number }>(OPEN)
    if (rows[0]!.open === 0) return
    if (Date.now() > giveUpAt) throw new Error(`${rows[0]!.open} requests to the processor stay unsettled`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
