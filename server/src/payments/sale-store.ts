import { ACTIVE_STATES } from '@paume/contract'
import type { Selectable } from 'kysely'
import type { Db, Tx } from '../database.ts'
import { Failure } from '../failure.ts'
import type { PaymentRow } from './store.ts'
import type { PaymentTables } from './tables.ts'

export type SaleRow = Selectable<PaymentTables['payment_sale']>
export type OtherTenderRow = Selectable<PaymentTables['payment_other_tender']>
export type SaleParts = { payments: PaymentRow[]; others: OtherTenderRow[] }

/** The sale, locked until the transaction ends: what is left of it is given out once. Throws `sale_unknown`. */
export async function lockSale(tx: Tx, shopId: string, id: string): Promise<SaleRow> {
  const row = await tx.selectFrom('payment_sale').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  if (row?.shop_id !== shopId) throw new Failure('sale_unknown')
  return row
}

export async function findSale(db: Db, shopId: string, id: string): Promise<SaleRow> {
  const row = await db.selectFrom('payment_sale').selectAll().where('id', '=', id).executeTakeFirst()
  if (row?.shop_id !== shopId) throw new Failure('sale_unknown')
  return row
}

export const findSales = (db: Db, shopId: string, reference: string): Promise<SaleRow[]> =>
  db
    .selectFrom('payment_sale')
    .selectAll()
    .where('shop_id', '=', shopId)
    .where('reference', '=', reference)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(100)
    .execute()

export async function partsOf(db: Db, saleId: string): Promise<SaleParts> {
  const payments = await db
    .selectFrom('payment')
    .selectAll()
    .where('sale_id', '=', saleId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  const others = await db
    .selectFrom('payment_other_tender')
    .selectAll()
    .where('sale_id', '=', saleId)
    .orderBy('recorded_at')
    .orderBy('id')
    .execute()
  return { payments: payments as PaymentRow[], others }
}

/** What a payment pays of the sale, tip aside. One that was given back because its till was silent pays nothing. */
export function paidBy(row: PaymentRow): bigint {
  if (row.state !== 'approved' || row.reversal !== null) return 0n
  return row.captured_minor > 0n ? row.captured_minor - row.tip_minor : row.amount_minor
}

/** Under way, or its end is not known: it may still pay. */
const pendingBy = (row: PaymentRow): bigint =>
  ACTIVE_STATES.includes(row.state) || row.state === 'unknown' ? row.amount_minor : 0n

export type SaleBalance = { paidMinor: bigint; pendingMinor: bigint; leftMinor: bigint }

/** What is paid, what may be, and what nobody pays yet. Never below zero: more may be captured than was left. */
export function balanceOf(sale: Pick<SaleRow, 'total_minor'>, { payments, others }: SaleParts): SaleBalance {
  const elsewhereMinor = others.reduce((sum, tender) => sum + tender.amount_minor, 0n)
  const paidMinor = payments.reduce((sum, row) => sum + paidBy(row), elsewhereMinor)
  const pendingMinor = payments.reduce((sum, row) => sum + pendingBy(row), 0n)
  const leftMinor = sale.total_minor - paidMinor - pendingMinor
  return { paidMinor, pendingMinor, leftMinor: leftMinor > 0n ? leftMinor : 0n }
}

/** Throws `amount_exceeds` when this is more than nobody pays yet of a locked sale. */
export async function assertLeft(tx: Tx, sale: SaleRow, amountMinor: bigint): Promise<void> {
  const { leftMinor } = balanceOf(sale, await partsOf(tx, sale.id))
  if (amountMinor > leftMinor) throw new Failure('amount_exceeds', { detail: `${leftMinor} is left of this sale.` })
}
