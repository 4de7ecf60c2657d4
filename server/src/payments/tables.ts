import type { OtherTenderKind } from '@paume/contract'
import type { Generated, JSONColumnType } from 'kysely'
import type { LedgerTables } from './ledger/tables.ts'

export type OperationKind = 'authorise' | 'increment' | 'capture' | 'void' | 'refund'
export type OperationState = 'intended' | 'pending' | 'succeeded' | 'failed'

/** A card as it was offered; the place in the list is the choice. */
export type OfferedCard = { instrumentId: string; brand: string; last4: string; default: boolean }

export interface PaymentTable {
  id: string
  version: Generated<number>
  state: string
  reason: string | null
  organisation_id: string
  shop_id: string
  terminal_id: string
  created_by: string
  shop_name: string
  merchant_name: string
  language: string
  amount_minor: bigint
  tip_minor: Generated<bigint>
  currency: string
  reference: string
  capture: 'automatic' | 'manual'
  tip: JSONColumnType<{ mode: 'none' | 'ask'; presets?: number[] }>
  asked_hand: 'L' | 'R' | null
  hovers_left: number
  last_guidance: JSONColumnType<object[], string | undefined, string>
  capture_id: string | null
  palm_captured_at: Date | null
  shopper_id: string | null
  instrument_id: string | null
  card_brand: string | null
  card_last4: string | null
  processor: string | null
  charge_ref: string | null
  authorised_minor: Generated<bigint>
  captured_minor: Generated<bigint>
  refunded_minor: Generated<bigint>
  /** The most a capture may take, as the processor said. */
  maximum_capture_minor: Generated<bigint>
  choose_card: Generated<boolean>
  card_choice: JSONColumnType<OfferedCard[]> | null
  choice_until: Date | null
  /** Why the card before was declined; null when the shopper asked to choose. */
  choice_after: string | null
  acknowledge_within_ms: number | null
  /** Moved on whenever the till is heard of. */
  acknowledge_by: Date | null
  acknowledged_at: Date | null
  reversal: 'till_gone' | null
  /** The card holder has disputed it at least once. */
  disputed: Generated<boolean>
  /** Whoever was recognised has said at least once that it was not them. */
  reported: Generated<boolean>
  sale_id: string | null
  /** Made by a gate: while somebody stood there, or after a visit. */
  gate_charge: Generated<'entry' | 'later' | null>
  cancel_requested: 'till' | 'shopper' | null
  capturable_until: Date | null
  authorising_at: Date | null
  receipt_id: string | null
  created_at: Date
  deadline_at: Date
  ended_at: Date | null
}

export interface PaymentOperationTable {
  id: string
  payment_id: string
  kind: OperationKind
  processor_key: string
  amount_minor: bigint
  /** Capture: how much of it is tip; null: as it was authorised. */
  tip_minor: bigint | null
  /** By how much it takes the payment above what was authorised before; null: by nothing. Limits count it. */
  raises_minor: Generated<bigint | null>
  /** Asked only once that one has succeeded; fails with it. */
  waits_for: string | null
  state: OperationState
  reason: string | null
  note: string | null
  processor_ref: string | null
  created_at: Date
  asked_at: Date
  settled_at: Date | null
  recheck_at: Date | null
  rechecks: Generated<number>
}

/** The tables that `payments` owns. */
export interface PaymentTables extends LedgerTables {
  payment: PaymentTable
  payment_operation: PaymentOperationTable
  payment_idempotency: {
    device_id: string
    key: string
    request_sha256: Buffer
    payment_id: string | null
    reply: JSONColumnType<object, string | undefined, string> | null
    created_at: Date
  }
  /** The card of somebody who came in without a palm, by the entry's payment. */
  payment_gate_card: { payment_id: string; processor: string; token: string; brand: string; last4: string }
  payment_sale: {
    id: string
    organisation_id: string
    shop_id: string
    created_by: string
    currency: string
    reference: string
    total_minor: bigint
    created_at: Date
  }
  payment_other_tender: {
    id: string
    sale_id: string
    kind: OtherTenderKind
    amount_minor: bigint
    refunded_minor: Generated<bigint>
    note: string | null
    recorded_by: string
    recorded_at: Date
  }
  payment_other_tender_refund: {
    id: Generated<bigint>
    tender_id: string
    amount_minor: bigint
    refunded_by: string
    refunded_at: Date
  }
  payment_spent_assertion: { nonce: string; payment_id: string; statement: string | null; spent_at: Date }
  payment_receipt: { id: string; payment_id: string; shop_id: string; number: number; issued_at: Date }
  payment_receipt_delivery: {
    id: string
    payment_id: string
    kind: 'mail' | 'phone' | 'shopper_phone'
    /** Null: the recipient's own, or else the shop's. */
    language: string | null
    /** Keyed, to count what one recipient gets; null a day later. */
    recipient_hmac: string | null
    /** Until it is sent, refused or given up. */
    address_sealed: Buffer | null
    state: Generated<'queued' | 'sent' | 'refused' | 'given_up'>
    asked_by: string
    created_at: Date
    settled_at: Date | null
  }
  payment_receipt_counter: { shop_id: string; last_number: number }
}
