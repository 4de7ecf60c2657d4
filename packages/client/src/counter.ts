import type {
  Catalogue,
  CatalogueItem,
  CatalogueItemWrite,
  ParkedBasket,
  ParkedList,
  ParkedWrite,
  Payment,
  ReturnRequest,
  TaxMode,
  Ticket,
  TicketReturn,
  TicketWrite,
  TillDay,
  TillDayClosing,
  TillDayList,
  TillDayReport,
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
  /** Gives lines back, and the money for them. Throws `line_returned`, `amount_invalid`, `amount_exceeds`, `payment_state`. */
  giveBack(
    reference: string,
    request: ReturnRequest,
    options: CallOptions & { idempotencyKey: string },
  ): Promise<TicketReturn>
  /** Closed days, newest first. */
  tillDays(before?: number, options?: CallOptions): Promise<TillDayList>
  /** A closed day as it was closed, or the open one as it stands. */
  tillDay(number: number | 'open', options?: CallOptions): Promise<TillDayReport>
  /** Closes the open day; a closed one is answered as it was closed. Throws `till_day_state`. */
  closeTillDay(number: number, closing: TillDayClosing, options?: CallOptions): Promise<TillDayReport>
  parked(options?: CallOptions): Promise<ParkedList>
  /** Safe to repeat. Throws `parked_full`. */
  park(id: string, basket: ParkedWrite, options?: CallOptions): Promise<ParkedBasket>
  /** Safe to repeat with the same claim. Throws `parked_taken` when another register was first. */
  takeParked(id: string, claim: string, options?: CallOptions): Promise<ParkedBasket>
  /** Of a calendar day: today, or the day `YYYY-MM-DD`. */
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
    giveBack: async (reference, json, options) =>
      (await call<TicketReturn>({ method: 'POST', path: `${at('tickets', reference)}/returns`, json, ...options }))
        .body,
    tillDays: (before, options) => get('/v1/till-days', options, { before: before?.toString() }),
    tillDay: (number, options) => get(`/v1/till-days/${number}`, options),
    closeTillDay: (number, closing, options) => put(`/v1/till-days/${number}/closing`, closing, options),
    parked: (options) => get('/v1/parked', options),
    park: (id, basket, options) => put(at('parked', id), basket, options),
    takeParked: async (id, claim, options) =>
      (
        await call<ParkedBasket>({
          method: 'POST',
          path: `${at('parked', id)}/take`,
          json: { claim },
          repeatable: true,
          ...options,
        })
      ).body,
    day: (day, options) => get('/v1/till-day', options, { day }),
    paymentOfReceipt: (number, options) => get(at('receipts', number), options),
  }
}
