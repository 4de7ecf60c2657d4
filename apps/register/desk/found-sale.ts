import { type DeviceApi, isPaumeError } from '@paume/client'
import type { Payment, Sale, Ticket } from '@paume/contract'
import { refundableMinor } from '../sale.ts'
import type { Refundable } from '../tender.ts'
import { saleReference } from '../ticket.ts'

/** A sale as it was found by a number on paper. `sale` is null when one palm paid all of it. */
export interface FoundSale {
  reference: string
  currency: string
  totalMinor: bigint
  parts: FoundPart[]
  ticket: Ticket | null
  sale: Sale | null
}
export interface FoundPart extends Refundable {
  kind: Sale['parts'][number]['kind']
  card?: { brand: string; last4: string } | undefined
}

async function ticketOf(api: DeviceApi, reference: string): Promise<Ticket | null> {
  return api.counter.ticket(reference).catch((error) => {
    if (isPaumeError(error, 'not_found')) return null
    throw error
  })
}

async function fromSale(api: DeviceApi, sale: Sale): Promise<FoundSale> {
  const parts = await Promise.all(
    sale.parts
      .filter(({ state }) => state === 'approved')
      .map(async ({ id, kind, card, amountMinor, refundedMinor }): Promise<FoundPart> => {
        if (kind !== 'palm') return { id, kind, leftMinor: BigInt(amountMinor - refundedMinor) }
        return { id, kind, card, leftMinor: refundableMinor(await api.payments.get(id)) }
      }),
  )
  const { reference, currency, totalMinor } = sale
  return { reference, currency, totalMinor: BigInt(totalMinor), parts, sale, ticket: await ticketOf(api, reference) }
}

async function fromPayment(api: DeviceApi, payment: Payment): Promise<FoundSale> {
  if (payment.saleId) return fromSale(api, await api.sales.get(payment.saleId))
  const { id, card, currency, totalMinor } = payment
  const reference = saleReference(payment.reference)
  const left: FoundPart[] =
    payment.state === 'approved' ? [{ id, kind: 'palm', card, leftMinor: refundableMinor(payment) }] : []
  return {
    reference,
    currency,
    totalMinor: BigInt(totalMinor),
    parts: left,
    sale: null,
    ticket: await ticketOf(api, reference),
  }
}

/** By the number of a receipt (digits), or by that of the sale. Null when this shop has none. */
export async function findSale(api: DeviceApi, typed: string): Promise<FoundSale | null> {
  const number = typed.trim().toUpperCase()
  if (/^\d{1,9}$/.test(number)) {
    try {
      return await fromPayment(api, await api.counter.paymentOfReceipt(number))
    } catch (error) {
      if (!isPaumeError(error, 'payment_unknown')) throw error
    }
  }
  if (number === '') return null
  const [sale] = await api.sales.byReference(saleReference(number))
  if (sale) return fromSale(api, sale)
  const payments = await api.payments.byReference(number)
  // Of one number, the one that was paid.
  const payment = payments.find(({ state }) => state === 'approved') ?? payments[0]
  return payment ? fromPayment(api, payment) : null
}
