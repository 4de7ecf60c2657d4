import type { Generated } from 'kysely'

/** The tables that `shoppers` owns. */
export type ShopperTables = {
  shoppers: {
    id: string
    /** Keyed HMAC of the number, to find it again; null once erased. */
    phone_hmac: string | null
    phone_sealed: Buffer | null
    phone_hint: string | null
    language: string
    enrolled_at: Date
    /** Set when erasing was asked for; it may have to wait for an open payment. */
    erasure_requested_at: Date | null
    erased_at: Date | null
  }
  /** A phone being confirmed by a code: for a registration or for a session. */
  phone_verifications: {
    id: string
    purpose: 'enrolment' | 'session'
    /** The registration; for a session its own id. */
    subject_id: string
    phone_hmac: string
    phone_sealed: Buffer
    phone_hint: string
    code_hmac: string
    tries: Generated<number>
    expires_at: Date
    confirmed_at: Date | null
    created_at: Date
  }
  shopper_sessions: { token_sha256: string; shopper_id: string; expires_at: Date }
  agreed_texts: { sha256: string; kind: string; version: string; language: string; title: string; paragraphs: string[] }
  consents: {
    id: string
    /** The registration it was given in. */
    enrolment_id: string
    /** Null until the registration is complete. */
    shopper_id: string | null
    kind: 'consent' | 'terms' | 'network'
    version: string
    language: string
    sha256: string
    agreed_at: Date
    withdrawn_at: Date | null
  }
}
