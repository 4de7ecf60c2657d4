/** The tables that `wallet` owns. */
export interface WalletTables {
  /** A card being saved, or saved, for a registration that is not finished. */
  wallet_setup: {
    setup_id: string
    enrolment_id: string
    processor: string
    token: string | null
    brand: string | null
    last4: string | null
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
    is_default: boolean
    created_at: Date
  }
  /** Who was erased, so that a late payment is told so instead of "no card". Holds no card. */
  wallet_erased: { shopper_id: string; erased_at: Date }
}
