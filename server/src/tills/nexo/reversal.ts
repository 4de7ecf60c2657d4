import { minorOf } from './amounts.ts'
import { failure } from './conditions.ts'
import { standingOf, waitForAnswer } from './exchange.ts'
import { claimExchange } from './exchange-store.ts'
import { ReversalRequest, read } from './messages.ts'
import { type NexoParts, nowOf, type Request } from './parts.ts'
import { malformed, type Outcome, refuse, replyHeader } from './replies.ts'
import { paymentIdOf } from './transaction-id.ts'

/** Reversal of a payment, whole or in part, by the POITransactionID that its reply gave. */
export async function handleReversal(parts: NexoParts, request: Request): Promise<Outcome> {
  const { header, till, terminalId } = request
  const at = 'SaleToPOIRequest.ReversalRequest'
  const form = read(ReversalRequest, request.body, at)
  if (!form.ok) return malformed(header, form.error)
  const { OriginalPOITransaction, ReversedAmount, SaleData } = form.value
  const original = OriginalPOITransaction.POITransactionID?.TransactionID
  if (original === undefined) {
    return malformed(header, `At ${at}.OriginalPOITransaction, field POITransactionID: missing`)
  }
  const originalPaymentId = paymentIdOf(original)
  if (originalPaymentId === null) return refuse(header, failure('NotFound', 'No such payment in this shop'))
  let amountMinor: number | null = null
  if (ReversedAmount !== undefined) {
    // No currency is sent along: it is the shop's, as every payment of the shop.
    const currency = await parts.shops.currencyOf(till.caller.shopId)
    amountMinor = currency === null ? null : minorOf(ReversedAmount, currency)
    if (amountMinor === null || amountMinor === 0) {
      return malformed(header, `At ${at}, field ReversedAmount: a decimal number in whole minor units`)
    }
  }
  const claim = await claimExchange(
    parts.db,
    {
      till,
      terminalId,
      header,
      serviceId: request.serviceId,
      category: 'Reversal',
      style: request.style,
      message: { header, body: request.body },
      nonce: request.nonce,
      facts: {
        header: replyHeader(header),
        saleTransaction: SaleData?.SaleTransactionID ?? null,
        paymentType: 'Refund',
        originalPaymentId,
        amountMinor,
        currency: null,
        tipMinor: 0,
      },
    },
    nowOf(parts),
  )
  if (claim.kind === 'conflict') {
    return refuse(header, failure('NotAllowed', 'The ServiceID was already used for another message'))
  }
  return waitForAnswer(parts, claim.row, await standingOf(parts, claim.row), request.gone)
}
