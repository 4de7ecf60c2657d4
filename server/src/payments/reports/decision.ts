import type { PaymentReport, ReportDecision, ReportEvidence, ReportState } from '@paume/contract'
import { withTransaction } from '../../database.ts'
import { Failure } from '../../failure.ts'
import { intendVoid } from '../cancellation.ts'
import { packOf } from '../disputes/evidence.ts'
import { performFollowUp } from '../follow-up.ts'
import { nowOf } from '../parts.ts'
import { intendRefund, refundableMinor } from '../refund.ts'
import { lockPayment, type OperationRow, type PaymentRow } from '../store.ts'
import type { ReportParts } from './parts.ts'
import { liftOne, mark } from './service.ts'
import { endReport, findReport, type ReportRow, readReport } from './store.ts'

type Tx = Parameters<typeof lockPayment>[0]

/** Throws `not_found`. */
export async function reportView(parts: ReportParts, id: string): Promise<PaymentReport> {
  const report = await readReport(parts.db, id)
  if (report === null) throw new Failure('not_found')
  return report
}

/** What is on record about the payment, in the words a bank would be sent. Throws `not_found`. */
export async function reportEvidence(parts: ReportParts, id: string): Promise<ReportEvidence> {
  const { paymentId } = await reportView(parts, id)
  return { reportId: id, sections: await packOf(parts, { payment_id: paymentId }) }
}

/**
 * An operator decides, once. A refund is intended in the transaction of the decision: one is not written without the other. The same
 * decision again answers how it stands; another one throws `report_state`.
 */
export async function decideReport(parts: ReportParts, id: string, wish: ReportDecision): Promise<PaymentReport> {
  const state: ReportState = wish.decision === 'refund' ? 'refunded' : 'rejected'
  const { payment_id: paymentId } = await found(parts, id)
  const operation = await withTransaction(parts.db, async (tx) => {
    const now = nowOf(parts)
    const row = await lockPayment(tx, paymentId)
    const report = (await findReport(tx, id))!
    if (report.state !== 'open') {
      if (report.state !== state) throw new Failure('report_state')
      return null
    }
    // First: who lifts a freeze takes its turn before reports and audit are written, everywhere.
    if (wish.liftFreeze) await liftOne(parts, tx, report, 'operator', now)
    const back = state === 'refunded' ? await giveBack(parts, tx, row, now) : null
    const refundId = back?.kind === 'refund' ? back.id : null
    await endReport(tx, id, { state, refundId, note: wish.note ?? null }, now)
    await parts.audit.append(tx, 'payment.report_decided', { paymentId, reportId: id, decision: wish.decision })
    // A refund has moved the payment already; whoever waits hears of the decision with it.
    if (back?.kind !== 'refund') await mark(tx, row, now)
    return back
  })
  if (operation !== null) await performFollowUp(parts, operation)
  return reportView(parts, id)
}

/** Lifts what one report froze, whatever was decided. Safe to repeat. Throws `not_found`. */
export async function liftByOperator(parts: ReportParts, id: string): Promise<PaymentReport> {
  const report = await found(parts, id)
  await withTransaction(parts.db, (tx) => liftOne(parts, tx, report, 'operator', nowOf(parts)))
  return reportView(parts, id)
}

async function found(parts: ReportParts, id: string): Promise<ReportRow> {
  const report = await findReport(parts.db, id)
  if (report === null) throw new Failure('not_found')
  return report
}

/** All that is left: what was taken is refunded, what is only held is let go. Null when nothing is left. */
async function giveBack(parts: ReportParts, tx: Tx, row: PaymentRow, now: Date): Promise<OperationRow | null> {
  if (row.state !== 'approved') return null
  if (row.captured_minor === 0n) return intendVoid(tx, row, now)
  const leftMinor = await refundableMinor(parts, tx, row)
  return leftMinor === 0n ? null : intendRefund(tx, row, leftMinor, 'reported', now)
}
