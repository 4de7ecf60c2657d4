import { CURRENCY_DIGITS, type Currency, type PaymentCreate } from '@paume/contract'
import { readAcquirerData } from './acquirer-data.ts'
import { minorOf } from './amounts.ts'
import { failure, type NexoResponse } from './conditions.ts'
import { answerWith, begin, type Standing, standingOf, waitForAnswer } from './exchange.ts'
import { claimExchange, type ExchangeRow } from './exchange-store.ts'
import { PaymentRequest, read } from './messages.ts'
import { type NexoParts, nowOf, type Request } from './parts.ts'
import { malformed, type Outcome, refuse, replyHeader } from './replies.ts'
import { reservedByOther, useReservation } from './reservations.ts'
import { takeDown } from './screens.ts'
import { paymentIdOf } from './transaction-id.ts'

type Wish =
  | { kind: 'refused'; response: NexoResponse }
  | { kind: 'charge'; create: PaymentCreate; tipMinor: number }
  | { kind: 'after_sale'; paymentId: string; amountMinor: number }

const refused = (...told: Parameters<typeof failure>): Wish => ({ kind: 'refused', response: failure(...told) })

/** Payment: a charge on the terminal, at once or as a hold, or (naming the original transaction) its completion or refund. */
export async function handlePayment(parts: NexoParts, request: Request): Promise<Outcome> {
  const { header, till, terminalId } = request
  const form = read(PaymentRequest, request.body, 'SaleToPOIRequest.PaymentRequest')
  if (!form.ok) return malformed(header, form.error)
  const sale = { SaleData: { SaleTransactionID: form.value.SaleData.SaleTransactionID } }
  const wish = wishOf(form.value)
  if (wish.kind === 'refused') return refuse(header, wish.response, sale)
  const ask = {
    till,
    terminalId,
    header,
    serviceId: request.serviceId,
    category: 'Payment' as const,
    style: request.style,
    message: { header, body: request.body },
    nonce: request.nonce,
    facts: {
      header: replyHeader(header),
      saleTransaction: form.value.SaleData.SaleTransactionID,
      paymentType: typeOf(form.value) as ExchangeRow['facts']['paymentType'],
      originalPaymentId: wish.kind === 'after_sale' ? wish.paymentId : null,
      amountMinor: wish.kind === 'after_sale' ? wish.amountMinor : null,
      currency: form.value.PaymentTransaction.AmountsReq.Currency,
      tipMinor: wish.kind === 'charge' ? wish.tipMinor : 0,
    },
  }
  const claim = await claimExchange(parts.db, ask, nowOf(parts))
  if (claim.kind === 'conflict') {
    return refuse(header, failure('NotAllowed', 'The ServiceID was already used for another message'), sale)
  }
  const isNew = claim.kind === 'first' && wish.kind === 'charge'
  const standing = isNew ? await charge(parts, claim.row, wish.create) : await standingOf(parts, claim.row)
  return waitForAnswer(parts, claim.row, standing, request.gone)
}

async function charge(parts: NexoParts, row: ExchangeRow, create: PaymentCreate): Promise<Standing> {
  if (await reservedByOther(parts.db, row.terminal_id, row.sale_id, nowOf(parts))) {
    return answerWith(parts, row, failure('Busy', 'The terminal is reserved by another till'))
  }
  await useReservation(parts.db, row.terminal_id, row.sale_id)
  await takeDown(parts, row.terminal_id)
  return begin(parts, row, create)
}

const typeOf = ({ PaymentData }: Pick<PaymentRequest, 'PaymentData'>) => PaymentData?.PaymentType ?? 'Normal'

/** What the till wants of us, or why it cannot have it. */
function wishOf({ SaleData, PaymentTransaction, PaymentData }: PaymentRequest): Wish {
  const { AmountsReq, OriginalPOITransaction } = PaymentTransaction
  const type = typeOf({ PaymentData })
  const at = 'At SaleToPOIRequest.PaymentRequest'
  if (!Object.hasOwn(CURRENCY_DIGITS, AmountsReq.Currency)) {
    return refused('NotAllowed', 'This shop does not charge in that currency')
  }
  const currency = AmountsReq.Currency as Currency
  const amountMinor = minorOf(AmountsReq.RequestedAmount ?? Number.NaN, currency)
  const tipMinor = minorOf(AmountsReq.TipAmount ?? 0, currency)
  if (amountMinor === null || amountMinor === 0 || tipMinor === null || tipMinor > amountMinor) {
    const errors = `${at}.PaymentTransaction.AmountsReq: amounts are decimal numbers in whole minor units of ${currency}`
    return refused('MessageFormat', 'The amount is not one of this currency', { errors })
  }
  if ((AmountsReq.CashBackAmount ?? 0) !== 0) return refused('UnavailableService', 'No cash is given out')
  const acquirer = readAcquirerData(SaleData.SaleToAcquirerData)
  if (acquirer === null) {
    const errors = `${at}.SaleData, field SaleToAcquirerData: neither pairs nor JSON in base 64`
    return refused('MessageFormat', 'SaleToAcquirerData cannot be read', { errors })
  }
  if (type === 'Refund' || type === 'Completion') {
    const original = OriginalPOITransaction?.POITransactionID?.TransactionID
    if (original === undefined) {
      return refused('UnavailableService', `A ${type.toLowerCase()} names the payment it is of`)
    }
    const paymentId = paymentIdOf(original)
    return paymentId === null
      ? refused('NotFound', 'No such payment in this shop')
      : { kind: 'after_sale', paymentId, amountMinor }
  }
  if (type !== 'Normal' && type !== 'FirstReservation')
    return refused('UnavailableService', `PaymentType ${type.slice(0, 40)} is not offered here`)
  if (acquirer.wantsHold)
    return refused('UnavailableService', 'To hold money send PaymentType FirstReservation, and Completion to take it')
  if (PaymentData?.CardAcquisitionReference !== undefined) {
    return refused('UnavailableService', 'There is no card acquisition to refer to')
  }
  const tip = { mode: acquirer.askGratuity ? ('ask' as const) : ('none' as const) }
  const reference = SaleData.SaleTransactionID.TransactionID
  const capture = type === 'FirstReservation' ? ('manual' as const) : ('automatic' as const)
  return { kind: 'charge', create: { amountMinor, currency, reference, tip, capture }, tipMinor }
}
