import type { CartGap, CartLine, EntryRefusal, GateSessionState } from '@paume/contract'
import type { Generated, JSONColumnType } from 'kysely'

export interface GateSessionTable {
  id: string
  version: Generated<number>
  state: GateSessionState
  reason: EntryRefusal | null
  gate_id: string
  shop_id: string
  organisation_id: string
  payer: 'palm' | 'card'
  /** What the organisation knows the shopper by; null for a guest. */
  shopper_ref: string | null
  group_size: number
  currency: string
  entry_payment_id: string
  /** What was to be held at the entry, and is by now. */
  hold_minor: bigint
  lines: JSONColumnType<CartLine[]>
  cart_minor: Generated<bigint>
  next_sequence: Generated<number>
  /** Numbers that had not come when the cart was finalised. */
  gaps: JSONColumnType<CartGap[]>
  total_minor: bigint | null
  paid_minor: Generated<bigint>
  owed_minor: Generated<bigint>
  waived_minor: Generated<bigint>
  /** Grows with every adjustment: a card that said no is asked again. */
  round: Generated<number>
  /** The hover it began with; once. */
  capture_id: string | null
  /** Somebody moves its money until then. */
  working_until: Date | null
  created_at: Date
  entered_at: Date | null
  left_at: Date | null
  finalised_at: Date | null
  expires_at: Date
}

/** The tables that `gates` owns. */
export interface GateTables {
  gate_session: GateSessionTable
  gate_taking: {
    payment_id: string
    session_id: string
    purpose: 'hold' | 'later' | 'door'
    amount_minor: bigint
    /** Of the visit, when it was asked. */
    round: number
    /** Nobody raises it: the processor cannot, or a limit or the issuer said no. */
    no_raise: Generated<boolean>
    whole_only: Generated<boolean>
    created_at: Date
  }
  gate_cart_event: {
    session_id: string
    sequence: number
    kind: 'add' | 'remove' | 'set'
    sku: string
    name: string | null
    quantity: number
    unit_minor: bigint | null
    received_at: Date
  }
  gate_request: {
    caller: string
    key: string
    request_sha256: Buffer
    /** Null while the first is at work. */
    reply: JSONColumnType<object, string | null, string> | null
    created_at: Date
  }
  gate_rules: {
    shop_id: string
    organisation_id: string
    hold_minor: bigint
    hold_each_more_minor: bigint
    most_in_a_group: number
    cart_within_hours: number
    adjust_within_days: number
    updated_at: Date
  }
  gate_key: {
    id: string
    organisation_id: string
    shop_id: string | null
    name: string
    secret_hmac: string
    created_at: Date
    revoked_at: Date | null
  }
}
