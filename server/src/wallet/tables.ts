/** Why a card cannot pay: over, reported lost, or no longer known to the processor. */
export type Unusable = 'card_expired' | 'card_lost' | 'forgotten'

/** The tables that `wallet` owns. */
export interface WalletTables {
  /** A card being saved, or saved, for a registration that is not finished or by a shopper who has signed in. */
  wallet_setup: {
    setup_id: string
    enrolment_id: string | null
    shopper_id: string | null
    processor: string
    token: string | null
    brand: string | null
    last4: string | null
    expiry_month: number | null
    expiry_year: number | null
    /** The card it became, where a shopper added it. */
    instrument_id: string | null
    created_at: Date
    confirmed_at: Date | null
  }
  wallet_instrument: {
    id: string
    shopper_id: string
    processor: string
    token: string
    brand: string
    last4: string
    expiry_month: number | null
    expiry_year: number | null
    /** null: it can pay, as far as the processor said when it was last asked. */
    unusable: Unusable | null
    checked_at: Date | null
    is_default: boolean
    /** The shopper is frozen: as `wallet_freeze` says. */
    frozen: boolean
    created_at: Date
  }
  /** Why a shopper may not pay, and until when; one row a reason. */
  wallet_freeze: { id: string; shopper_id: string; frozen_at: Date; lifted_at: Date | null }
  /** Who was erased, so that a late payment is told so instead of "no card". Holds no card. */
  wallet_erased: { shopper_id: string; erased_at: Date }
}
