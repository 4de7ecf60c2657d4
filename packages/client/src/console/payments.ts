import type { Page, Payment, PaymentDetail, PaymentListed, PaymentListQuery, Receipt } from '@paume/contract'
import type { CallOptions, Transport } from '../transport.ts'

/** Payments as the office of a shop works with them. */
export type PaymentDeskCalls = {
  list(query?: PaymentListQuery, options?: CallOptions): Promise<Page<PaymentListed>>
  one(id: string, options?: CallOptions): Promise<PaymentDetail>
  receipt(id: string, options?: CallOptions): Promise<Receipt>
  /** All that is left where no amount is given. The same key moves money once, however often it is sent. */
  refund(id: string, refund: { amountMinor?: number; reason: string }, idempotencyKey: string): Promise<Payment>
  cancel(id: string): Promise<Payment>
}

export function paymentDeskOf({ call }: Transport): PaymentDeskCalls {
  const at = (id: string, what = '') => `/v1/console/payments/${encodeURIComponent(id)}${what}`
  return {
    list: async (query = {}, options = {}) =>
      (await call<Page<PaymentListed>>({ method: 'GET', path: '/v1/console/payments', query, ...options })).body,
    one: async (id, options = {}) => (await call<PaymentDetail>({ method: 'GET', path: at(id), ...options })).body,
    receipt: async (id, options = {}) =>
      (await call<Receipt>({ method: 'GET', path: at(id, '/receipt'), ...options })).body,
    refund: async (id, json, idempotencyKey) =>
      (await call<Payment>({ method: 'POST', path: at(id, '/refunds'), json, idempotencyKey })).body,
    cancel: async (id) => (await call<Payment>({ method: 'POST', path: at(id, '/cancel') })).body,
  }
}
