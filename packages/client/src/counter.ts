import type {
  Catalogue,
  CatalogueItem,
  CatalogueItemWrite,
  Payment,
  TaxMode,
  Ticket,
  TicketWrite,
  TillDay,
} from '@paume/contract'
import type { CallOptions, Transport } from './transport.ts'

/** What the registers of one shop know together: its goods, what was sold, its day. */
export type Counter = {
  catalogue(options?: CallOptions): Promise<Catalogue>
  /** Makes the item or writes it over. Throws `barcode_invalid`, `barcode_taken`, `catalogue_full`. */
  putItem(id: string, item: CatalogueItemWrite, options?: CallOptions): Promise<CatalogueItem>
  removeItem(id: string, options?: CallOptions): Promise<void>
  setTaxMode(taxMode: TaxMode, options?: CallOptions): Promise<void>
  /** Keeps what is sold under the till's own number; safe to repeat. Throws `amount_invalid` when it does not add up. */
  putTicket(reference: string, ticket: TicketWrite, options?: CallOptions): Promise<Ticket>
  /** Throws `not_found`. */
  ticket(reference: string, options?: CallOptions): Promise<Ticket>
  /** Today, or the day `YYYY-MM-DD`. */
  day(day?: string, options?: CallOptions): Promise<TillDay>
  /** Throws `payment_unknown`. */
  paymentOfReceipt(number: string, options?: CallOptions): Promise<Payment>
}

export function counterOf({ call }: Transport): Counter {
  const at = (folder: string, name: string) => `/v1/${folder}/${encodeURIComponent(name)}`
  const get = async <T>(path: string, options?: CallOptions, query?: Record<string, string | undefined>) =>
    (await call<T>({ method: 'GET', path, query, ...options })).body
  const put = async <T>(path: string, json: unknown, options?: CallOptions) =>
    (await call<T>({ method: 'PUT', path, json, repeatable: true, ...options })).body
  return {
    catalogue: (options) => get('/v1/catalogue', options),
    putItem: (id, item, options) => put(at('catalogue/items', id), item, options),
    async removeItem(id, options) {
      await call({ method: 'DELETE', path: at('catalogue/items', id), repeatable: true, ...options })
    },
    async setTaxMode(taxMode, options) {
      await put('/v1/catalogue/tax-mode', { taxMode }, options)
    },
    putTicket: (reference, ticket, options) => put(at('tickets', reference), ticket, options),
    ticket: (reference, options) => get(at('tickets', reference), options),
    day: (day, options) => get('/v1/till-day', options, { day }),
    paymentOfReceipt: (number, options) => get(at('receipts', number), options),
  }
}
