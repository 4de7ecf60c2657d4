import { failure, success } from './conditions.ts'
import { standingOf } from './exchange.ts'
import { findByService, findLast } from './exchange-store.ts'
import { type MessageReference, read, TransactionStatusRequest } from './messages.ts'
import { type NexoParts, nowOf, type Request } from './parts.ts'
import { malformed, type Outcome, reply } from './replies.ts'

/** The exchange that a reference means: of this till unless it says another, the last one when it names no service. */
export function exchangeOf(parts: NexoParts, request: Request, reference: MessageReference | undefined) {
  const { header, till, terminalId } = request
  const sale = { shopId: till.caller.shopId, terminalId, saleId: reference?.SaleID ?? header.SaleID }
  const serviceId = reference?.ServiceID
  const now = nowOf(parts)
  return serviceId === undefined ? findLast(parts.db, sale, now) : findByService(parts.db, { ...sale, serviceId }, now)
}

/** What became of a request whose reply the till lost. The answer is the very one it was, or would have been, given. */
export async function handleTransactionStatus(parts: NexoParts, request: Request): Promise<Outcome> {
  const { header } = request
  const form = read(TransactionStatusRequest, request.body, 'SaleToPOIRequest.TransactionStatusRequest')
  if (!form.ok) return malformed(header, form.error)
  const { MessageReference: reference } = form.value
  const row = await exchangeOf(parts, request, reference)
  const echo = reference === undefined ? {} : { MessageReference: reference }
  if (row === undefined || (reference?.MessageCategory ?? row.category) !== row.category) {
    return reply(header, { Response: failure('NotFound', 'No such message from this till'), ...echo })
  }
  const standing = await standingOf(parts, row)
  const MessageReference = {
    MessageCategory: row.category,
    SaleID: row.sale_id,
    POIID: row.poi_id,
    ServiceID: row.service_id,
  }
  if (standing.kind === 'running') {
    const state: Record<string, string> = standing.payment === null ? {} : { state: standing.payment.state }
    return reply(header, {
      Response: failure('InProgress', 'The transaction is still under way', state),
      MessageReference,
    })
  }
  const { MessageHeader, ...RepeatedResponseMessageBody } = standing.answer.SaleToPOIResponse as Record<string, unknown>
  const RepeatedMessageResponse = { MessageHeader, RepeatedResponseMessageBody }
  return reply(header, { Response: success(), MessageReference, RepeatedMessageResponse })
}
