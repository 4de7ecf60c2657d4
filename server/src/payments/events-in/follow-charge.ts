import { ask } from '../asking.ts'
import { recordAuthorisation } from '../authorisation.ts'
import { performFollowUp, recordFollowUp } from '../follow-up.ts'
import type { PaymentParts } from '../parts.ts'
import { type Charge, type Processor, ProcessorFailure } from '../processors/processor.ts'
import { recordReleased } from '../record-release.ts'
import { findPayment, type OperationRow, operationsOf } from '../store.ts'
import { recordRefundReturned } from './record-refund-returned.ts'

/**
 * Something happened to a charge: it is fetched, and whatever of it we did not know yet is written down. A charge that none of our
 * operations asked for is nobody's business here. Safe to repeat. Throws while the processor cannot be asked.
 */
export async function followCharge(parts: PaymentParts, name: string, chargeRef: string): Promise<void> {
  const processor = parts.processors[name]
  if (processor === undefined) return
  const charge = await fetchCharge(parts, processor, chargeRef)
  if (charge === null) return
  const asked = await parts.db
    .selectFrom('payment_operation')
    .selectAll()
    .where('processor_key', '=', charge.key)
    .where('kind', '=', 'authorise')
    .executeTakeFirst()
  if (asked === undefined) return
  const row = await findPayment(parts.db, asked.payment_id)
  if (row?.processor !== name) return
  const answer = { kind: 'charge', charge } as const
  if (asked.state === 'intended') {
    const { next } = await recordAuthorisation(parts, row.id, asked.id, answer)
    if (next) await performFollowUp(parts, next)
  }
  for (const operation of await operationsOf(parts.db, row.id)) await followOperation(parts, operation, charge)
  if (charge.state === 'lapsed' || charge.state === 'voided') await recordReleased(parts, row.id, charge.state)
}

async function followOperation(parts: PaymentParts, operation: OperationRow, charge: Charge): Promise<void> {
  const known = charge.operations.find((done) => done.key === operation.processor_key)
  if (known === undefined) return
  const open = operation.state === 'intended' || operation.state === 'pending'
  if (open && operation.kind !== 'authorise') await recordFollowUp(parts, operation, { kind: 'charge', charge })
  else if (operation.kind === 'refund' && operation.state === 'succeeded' && known.state === 'failed')
    await recordRefundReturned(parts, operation, known.reason ?? 'failed')
}

async function fetchCharge(parts: PaymentParts, processor: Processor, ref: string): Promise<Charge | null> {
  const answer = await ask(async () => {
    const found = await processor.fetch({ ref })
    if (found === null) throw new ProcessorFailure('refused', 'charge_unknown')
    return found
  }, parts.timing.processorReplyMs)
  if (answer.kind === 'charge') return answer.charge
  if (answer.kind === 'refused') return null
  throw new ProcessorFailure('lost', 'charge_not_fetched')
}
