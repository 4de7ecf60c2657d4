import type { TillScreen, TillScreenAnswer } from '@paume/contract'
import type { ColumnType, Generated, JSONColumnType } from 'kysely'

type Json<T> = ColumnType<T, string, string>
type JsonLater<T> = ColumnType<T | null, string | null, string | null>

/** What is kept of a request: enough to answer it again, nothing of the till's own data. */
export type ExchangeFacts = {
  /** The header of the reply. */
  header: Record<string, string>
  saleTransaction: { TransactionID: string; TimeStamp: string } | null
  /** PaymentType of a Payment request. */
  paymentType: 'Normal' | 'FirstReservation' | 'Completion' | 'Refund'
  /** The payment that a refund or reversal gives back, or a completion takes. */
  originalPaymentId: string | null
  /** How much of it, minor units; null: all that is left. */
  amountMinor: number | null
  /** What the till says the amount is in; null: it did not say. */
  currency: string | null
  /** The tip that the till put into the amount itself, minor units. */
  tipMinor: number
}

/** The tables that `tills` owns. */
export interface TillTables {
  nexo_key: {
    id: string
    register_id: string
    shop_id: string
    organisation_id: string
    /** The only SaleID this key speaks for; null: any. */
    sale_id: string | null
    api_key_hmac: Buffer
    key_identifier: string
    key_version: number
    /** Derived keys of the encrypted local form, sealed. The passphrase is not kept. */
    key_material: Buffer
    issued_by: 'operator' | 'register'
    created_at: Date
    revoked_at: Date | null
    /** Where events of this key are pushed to; null: they are only kept to be asked for. */
    events_url: string | null
    /** Name and password for there, sealed; null: none. */
    events_login: Buffer | null
  }
  nexo_exchange: {
    id: string
    key_id: string
    register_id: string
    shop_id: string
    organisation_id: string
    terminal_id: string
    sale_id: string
    poi_id: string
    service_id: string
    category: 'Payment' | 'Reversal'
    style: 'sync' | 'async' | 'local'
    request_sha256: Buffer
    /** Of the encrypted form: a blob is good for one exchange, for ever. */
    nonce: Buffer | null
    /** Part of the key that payments knows this request by. */
    idempotency_key: string
    facts: Json<ExchangeFacts>
    payment_id: string | null
    received_at: Date
    answer: JsonLater<Record<string, unknown>>
    answered_at: Date | null
  }
  nexo_event: {
    id: Generated<bigint>
    key_id: string
    body: JSONColumnType<object, string, never>
    created_at: Date
    /** `none`: nobody asked for it when it was written. */
    push_state: Generated<'none' | 'pending' | 'delivered' | 'failed'>
    push_attempts: Generated<number>
    push_due_at: Date | null
    /** Of the last attempt: HTTP status, and in a word what went wrong. */
    push_status: number | null
    push_fault: string | null
  }
  nexo_screen: {
    terminal_id: string
    id: string
    sale_id: string
    service_id: string
    screen: Json<TillScreen['content']>
    /** Null: until something else is shown. */
    until: Date | null
    answer: JsonLater<TillScreenAnswer>
    shown_at: Date | null
    created_at: Date
  }
  reader_intent: {
    id: string
    register_id: string
    shop_id: string
    idempotency_key: string
    request_sha256: Buffer
    amount_minor: bigint
    currency: string
    capture: 'automatic' | 'manual'
    reference: string
    /** Where it was processed last and as which payment. */
    terminal_id: string | null
    payment_id: string | null
    /** How many payments it was so far. */
    attempts: Generated<number>
    /** Idempotency-Key of the request that processed it last. */
    process_key: string | null
    processed_at: Date | null
    created_at: Date
    canceled_at: Date | null
  }
  nexo_terminal: { terminal_id: string; condition: 'online' | 'offline' | 'revoked' }
  nexo_reservation: { terminal_id: string; key_id: string; sale_id: string; until: Date }
}
