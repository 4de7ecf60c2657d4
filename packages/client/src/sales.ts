import type { OtherTenderRecord, Sale, SaleCreate, SaleList, SaleRefundRequest } from '@paume/contract'
import type { MoneyOptions } from './payments.ts'
import type { ApiCall, CallOptions, Transport } from './transport.ts'

/** Sales paid in parts: several palms, cash, a card elsewhere. A payment becomes a part by `saleId` when it is created. */
export type Sales = {
  create(sale: SaleCreate, options?: MoneyOptions): Promise<Sale>
  get(id: string, options?: CallOptions): Promise<Sale>
  /** With the till's own number, newest first. */
  byReference(reference: string, options?: CallOptions): Promise<Sale[]>
  /** Notes what was paid elsewhere. Throws `amount_exceeds` above what is left. */
  recordOtherTender(id: string, tender: OtherTenderRecord, options?: MoneyOptions): Promise<Sale>
  /** Gives one part back, all of it or `amountMinor`. What was paid elsewhere is given back by the till itself. */
  refund(id: string, refund: SaleRefundRequest, options?: MoneyOptions): Promise<Sale>
}

export function salesOf({ call }: Transport): Sales {
  const at = (id: string, what = '') => `/v1/sales/${encodeURIComponent(id)}${what}`
  const ask = async <T>(request: ApiCall): Promise<T> => (await call<T>(request)).body
  const move = (path: string, json: unknown, { idempotencyKey, signal }: MoneyOptions = {}) =>
    ask<Sale>({ method: 'POST', path, json, signal, idempotencyKey: idempotencyKey ?? crypto.randomUUID() })
  return {
    create: (sale, options) => move('/v1/sales', sale, options),
    get: (id, options) => ask({ method: 'GET', path: at(id), ...options }),
    byReference: async (reference, options) =>
      (await ask<SaleList>({ method: 'GET', path: '/v1/sales', query: { reference }, ...options })).sales,
    recordOtherTender: (id, tender, options) => move(at(id, '/other-tenders'), tender, options),
    refund: (id, refund, options) => move(at(id, '/refunds'), refund, options),
  }
}
