import type { Payment } from '@paume/contract'
import { toTimestamp } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import { decimalOf } from './amounts.ts'
import type { NexoResponse } from './conditions.ts'
import type { ExchangeRow } from './exchange-store.ts'
import { type NexoParts, nowOf } from './parts.ts'
import type { TillCaller } from './ports.ts'
import { receiptBlocks } from './receipt-blocks.ts'
import type { Message } from './replies.ts'

/** How a till names one of ours later: our identifier and when it ended. */
export const transactionOf = (id: string, at: Date) => ({ TransactionID: id, TimeStamp: toTimestamp(at) })

/** Both documents of a payment's receipt as it stands now; none when there is no receipt. */
export async function receiptsOf(parts: NexoParts, caller: TillCaller, paymentId: string): Promise<object[]> {
  try {
    return receiptBlocks(await parts.payments.receipt(caller, paymentId))
  } catch (error) {
    if (error instanceof Failure && error.code === 'not_found') return []
    throw error
  }
}

const callerOfRow = (row: ExchangeRow): TillCaller => ({
  deviceId: row.register_id,
  kind: 'register',
  shopId: row.shop_id,
  organisationId: row.organisation_id,
})

/** What a refund, reversal or completion moved. */
export type Moved = { id: string; amountMinor: number; at: Date }

/** The whole reply to a Payment request. `payment` is null when none came to be. */
export async function paymentAnswer(
  parts: NexoParts,
  row: ExchangeRow,
  response: NexoResponse,
  payment: Payment | null,
  moved?: Moved,
): Promise<Message> {
  const endedAt = payment?.endedAt === undefined ? nowOf(parts) : new Date(payment.endedAt)
  const at = moved?.at ?? endedAt
  const isSuccess = response.Result === 'Success'
  const PaymentReceipt = isSuccess && payment !== null ? await receiptsOf(parts, callerOfRow(row), payment.id) : []
  const { header, saleTransaction } = row.facts
  const PaymentResponse = {
    Response: response,
    POIData: {
      POITransactionID: transactionOf(moved?.id ?? payment?.id ?? row.id, at),
      // The day whose totals it is in.
      POIReconciliationID: await parts.books.dayOf(row.organisation_id, at),
    },
    SaleData: saleTransaction === null ? {} : { SaleTransactionID: saleTransaction },
    ...(payment === null ? {} : { PaymentResult: paymentResult(row, payment, isSuccess, moved) }),
    ...(PaymentReceipt.length === 0 ? {} : { PaymentReceipt }),
  }
  return { SaleToPOIResponse: { MessageHeader: header, PaymentResponse } }
}

function paymentResult(row: ExchangeRow, payment: Payment, isSuccess: boolean, moved?: Moved): object {
  const { currency, card } = payment
  const amountMinor = moved?.amountMinor ?? payment.totalMinor
  const tipMinor = moved === undefined ? payment.tipMinor + row.facts.tipMinor : 0
  return {
    PaymentType: row.facts.paymentType,
    // No palm is matched and no card is charged without us.
    OnlineFlag: true,
    AmountsResp: {
      Currency: currency,
      AuthorizedAmount: isSuccess ? decimalOf(amountMinor, currency) : 0,
      ...(isSuccess && tipMinor > 0 ? { TipAmount: decimalOf(tipMinor, currency) } : {}),
    },
    PaymentAcquirerData: {
      MerchantID: payment.merchantName,
      AcquirerPOIID: row.poi_id,
      AcquirerTransactionID: transactionOf(payment.id, new Date(payment.endedAt ?? payment.createdAt)),
    },
    ...(card === undefined
      ? {}
      : {
          PaymentInstrumentData: {
            PaymentInstrumentType: 'Card',
            // `File`: the card was saved before; nothing was read off one.
            CardData: { PaymentBrand: card.brand, MaskedPan: `**** **** **** ${card.last4}`, EntryMode: ['File'] },
          },
        }),
  }
}

/** The whole reply to a Reversal request. */
export async function reversalAnswer(
  parts: NexoParts,
  row: ExchangeRow,
  response: NexoResponse,
  payment: Payment | null,
  given?: Moved,
): Promise<Message> {
  const PaymentReceipt =
    given !== undefined && payment !== null ? await receiptsOf(parts, callerOfRow(row), payment.id) : []
  const at = given?.at ?? nowOf(parts)
  const ReversalResponse = {
    Response: response,
    OriginalPOITransaction: {
      POITransactionID: {
        TransactionID: row.facts.originalPaymentId,
        TimeStamp: payment?.endedAt ?? toTimestamp(row.received_at),
      },
    },
    POIData: {
      POITransactionID: transactionOf(given?.id ?? row.id, at),
      POIReconciliationID: await parts.books.dayOf(row.organisation_id, at),
    },
    ...(given === undefined || payment === null
      ? {}
      : { ReversedAmount: decimalOf(given.amountMinor, payment.currency) }),
    ...(PaymentReceipt.length === 0 ? {} : { PaymentReceipt }),
  }
  return { SaleToPOIResponse: { MessageHeader: row.facts.header, ReversalResponse } }
}
