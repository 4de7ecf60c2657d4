import { Failure } from '../../failure.ts'
import { failure, STATE_MEANING } from './conditions.ts'
import { answerWith, callerOf, standingOf } from './exchange.ts'
import { AbortRequest, read } from './messages.ts'
import { type NexoParts, nowOf, type Request } from './parts.ts'
import { type Outcome, reject } from './replies.ts'
import { takeDown } from './screens.ts'
import { exchangeOf } from './transaction-status.ts'

/**
 * Ends the running payment of another request. The standard has no reply to an abort: what became of it stands in the reply to that
 * request. When there is nothing left to abort the till hears so by the event `Reject`.
 */
export async function handleAbort(parts: NexoParts, request: Request): Promise<Outcome> {
  const refused = (why: string) => reject(request.header, why, nowOf(parts))
  const form = read(AbortRequest, request.body, 'SaleToPOIRequest.AbortRequest')
  if (!form.ok) return refused(form.error)
  const { MessageReference: reference } = form.value
  if (reference.MessageCategory === 'Input' || reference.MessageCategory === 'Display') {
    const of = { saleId: reference.SaleID ?? request.header.SaleID, serviceId: reference.ServiceID }
    // Who waits for the input finds its question gone, and answers that.
    const was = await takeDown(parts, request.terminalId, of)
    return was ? { kind: 'silence' } : refused('No such message from this till')
  }
  const row = await exchangeOf(parts, request, reference)
  if (row === undefined || (reference.MessageCategory ?? row.category) !== row.category) {
    return refused('No such message from this till')
  }
  const standing = await standingOf(parts, row)
  if (standing.kind === 'answered') return refused('The transaction has already ended')
  const { payment } = standing
  if (payment === null) {
    // It is just being made: once answered, its maker finds nobody who wants it and cancels it.
    await answerWith(parts, row, failure('Aborted', 'Cancelled by the till', { reason: 'cancelled_by_till' }))
    return { kind: 'silence' }
  }
  try {
    const { state } = await parts.payments.cancel(callerOf(row), payment.id)
    return STATE_MEANING[state] === 'success' ? refused('The transaction has already ended') : { kind: 'silence' }
  } catch (error) {
    // The money is being taken: too late to abort.
    if (error instanceof Failure && error.code === 'payment_state') return refused(error.extras.detail ?? error.message)
    throw error
  }
}
