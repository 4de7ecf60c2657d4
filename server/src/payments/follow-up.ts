import { type Tx, withTransaction } from '../database.ts'
import { type Answer, ask } from './asking.ts'
import { lockPendingCharges } from './ledger/store.ts'
import { nowOf, type PaymentParts, processorOf } from './parts.ts'
import type { FollowUp, Processor } from './processors/processor.ts'
import { recordCapture } from './record-capture.ts'
import { recordIncrement } from './record-increment.ts'
import { recordRefund } from './record-refund.ts'
import { recordVoid } from './record-void.ts'
import { findPayment, lockOperation, lockPayment, movePayment, type OperationRow, type PaymentRow } from './store.ts'

const callOf = (processor: Processor, kind: 'increment' | 'capture' | 'void' | 'refund', request: FollowUp) =>
  processor[kind](request)

/**
 * Asks the processor for an increment, capture, void or refund whose intent is committed, writes down what became of it, and goes on
 * with what waited for it. Safe to repeat: the processor knows the key. Answers the payment as it then stands. `known`: the
 * payment as it was committed with the operation, where the caller has it; its charge and processor are all that is read of it.
 */
export async function performFollowUp(
  parts: PaymentParts,
  operation: OperationRow,
  known?: PaymentRow,
): Promise<PaymentRow> {
  const row = known ?? (await findPayment(parts.db, operation.payment_id))!
  const { kind } = operation
  if (kind === 'authorise' || row.charge_ref === null) throw new Error(`operation ${operation.id} follows no charge`)
  const processor = processorOf(parts, row.processor)
  const request = { key: operation.processor_key, chargeRef: row.charge_ref, amountMinor: operation.amount_minor }
  const answer = await ask(() => callOf(processor, kind, request), parts.timing.processorReplyMs)
  const recorded = await recordFollowUp(parts, operation, answer)
  if (kind !== 'increment') return recorded
  const waiting = await parts.db
    .selectFrom('payment_operation as waiting')
    .innerJoin('payment_operation as first', 'first.id', 'waiting.waits_for')
    .selectAll('waiting')
    .where('first.id', '=', operation.id)
    .where('first.state', '=', 'succeeded')
    .where('waiting.state', '=', 'intended')
    .executeTakeFirst()
  return waiting ? performFollowUp(parts, waiting) : recorded
}

/** Writes down what became of an operation, once. An answer that is lost leaves it to the reconciler. */
export function recordFollowUp(
  parts: PaymentParts,
  { id, payment_id, kind }: OperationRow,
  answer: Answer,
): Promise<PaymentRow> {
  return withTransaction(parts.db, async (tx: Tx) => {
    const [row, operation, held] = await Promise.all([
      lockPayment(tx, payment_id),
      lockOperation(tx, id),
      kind === 'capture' ? lockPendingCharges(tx, payment_id) : [],
    ])
    if (operation.state === 'succeeded' || operation.state === 'failed') return row
    if (answer.kind === 'lost' || answer.kind === 'not_performed') {
      return row.state === 'authorising' ? movePayment(tx, row, 'lose_reply', nowOf(parts)) : row
    }
    switch (operation.kind) {
      case 'increment':
        return recordIncrement(parts, tx, row, operation, answer)
      case 'capture':
        return recordCapture(parts, tx, row, operation, held, answer)
      case 'void':
        return recordVoid(parts, tx, row, operation, answer)
      case 'refund':
        return recordRefund(parts, tx, row, operation, answer)
      case 'authorise':
        throw new Error(`operation ${id} is no follow-up`)
    }
  })
}
