import type { PaymentDetail } from '@paume/contract'
import { withTransaction } from '../../database.ts'
import type { Staff } from '../../routing.ts'
import { worksAt } from '../../tenancy.ts'
import { refundableMinor } from '../refund.ts'
import { BEFORE_MONEY, MONEY_IN_FLIGHT } from '../states.ts'
import { findPayment, lockPayment, operationsOf, type PaymentRow } from '../store.ts'
import { viewPayment } from '../view.ts'
import type { DeskParts } from './parts.ts'

/** The payment, if it was made in a shop this person works for. Throws `not_found`. */
export async function ownPayment({ db, tenancy }: DeskParts, staff: Staff, id: string): Promise<PaymentRow> {
  await tenancy.own(staff, { kind: 'payment', id }, async (from, organisationId) => {
    let row = from.selectFrom('payment').select(['id', 'shop_id']).where('id', '=', id)
    if (organisationId !== null) row = row.where('organisation_id', '=', organisationId)
    const found = await row.executeTakeFirst()
    return found && worksAt(organisationId === null ? { shopIds: null } : staff, found.shop_id) ? found : null
  })
  return (await findPayment(db, id))!
}

/** All that staff see of one payment: steps, what the books hold, what is left to give back. Throws `not_found`. */
export async function paymentDetail(parts: DeskParts, staff: Staff, id: string): Promise<PaymentDetail> {
  const row = await ownPayment(parts, staff, id)
  const { db } = parts
  const [payment, operations, receipt, transfers, leftMinor] = await Promise.all([
    viewPayment(db, row),
    operationsOf(db, id),
    db.selectFrom('payment_receipt').select('number').where('payment_id', '=', id).executeTakeFirst(),
    db.selectFrom('ledger_transfer').selectAll().where('payment_id', '=', id).orderBy('created_at').execute(),
    refundableNow(parts, row),
  ])
  const untaken =
    BEFORE_MONEY.includes(row.state) ||
    row.state === 'choosing_card' ||
    MONEY_IN_FLIGHT.includes(row.state) ||
    (row.state === 'approved' && row.captured_minor === 0n)
  const capturing = operations.some(({ kind, state }) => kind === 'capture' && state !== 'failed')
  return {
    payment,
    organisationId: row.organisation_id,
    receiptNumber: receipt === undefined ? null : String(receipt.number).padStart(6, '0'),
    operations: operations.map((operation) => ({
      id: operation.id,
      kind: operation.kind,
      state: operation.state,
      amountMinor: Number(operation.amount_minor),
      reason: operation.reason,
      note: operation.note,
      createdAt: operation.created_at.toISOString(),
      settledAt: operation.settled_at?.toISOString() ?? null,
    })),
    transfers: transfers.map((transfer) => ({
      id: transfer.id,
      kind: transfer.kind,
      state: transfer.state,
      amountMinor: Number(transfer.amount_minor + transfer.raised_minor),
      postedMinor: Number(transfer.posted_minor),
      createdAt: transfer.created_at.toISOString(),
      settledAt: transfer.settled_at?.toISOString() ?? null,
    })),
    refundableMinor: Number(leftMinor),
    cancellable: untaken && !capturing,
  }
}

async function refundableNow(parts: DeskParts, row: PaymentRow): Promise<bigint> {
  if (row.state !== 'approved' || row.captured_minor === 0n) return 0n
  return withTransaction(parts.db, async (tx) => refundableMinor(parts, tx, await lockPayment(tx, row.id)))
}
