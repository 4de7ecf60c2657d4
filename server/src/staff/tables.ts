import type { StaffRole, StaffSession, TwoPersonAction } from '@paume/contract'
import type { Generated } from 'kysely'

/** The tables that `staff` owns. */
export type StaffTables = {
  staff_person: {
    id: string
    /** Null: runs the whole installation. */
    organisation_id: string | null
    name: string
    language: Generated<string>
    roles: StaffRole[]
    /** Null: all shops of the organisation. */
    shop_ids: string[] | null
    state: Generated<'active' | 'revoked'>
    /** What passkeys know this person by: random, base64url. */
    user_handle: string
    invited_by: string | null
    created_at: Date
    /** When this person last proved to be who was invited: by the invitation, or by a link that renewed it. */
    keys_made_at: Date
    last_seen_at: Date | null
    revoked_at: Date | null
  }
  staff_passkey: {
    id: string
    person_id: string
    /** base64url. */
    credential_id: string
    /** COSE. */
    public_key: Buffer
    sign_count: bigint
    transports: string[]
    synced: boolean
    name: string
    created_at: Date
    last_used_at: Date | null
  }
  staff_recovery_code: { code_hmac: Buffer; person_id: string; used_at: Date | null }
  staff_session: {
    id: string
    token_sha256: Buffer
    person_id: string
    /** The passkey it began with; when that is removed, the session ends. */
    passkey_id: string | null
    via: StaffSession['via']
    passkey_due: Generated<boolean>
    browser: string
    started_at: Date
    signed_in_at: Date
    last_seen_at: Date
    ends_at: Date
  }
  staff_invitation: {
    id: string
    token_sha256: Buffer
    organisation_id: string | null
    name: string
    roles: StaffRole[]
    shop_ids: string[] | null
    /** Null: the operator's token. */
    invited_by: string | null
    inviter_name: string
    /** Set: renews what this person signs in with. */
    person_id: string | null
    created_at: Date
    expires_at: Date
    /** Accepted or withdrawn. */
    closed_at: Date | null
  }
  staff_ceremony: {
    id: string
    kind: 'sign_in' | 'add' | 'accept'
    challenge: string
    person_id: string | null
    invitation_id: string | null
    user_handle: string | null
    expires_at: Date
  }
  staff_guess: { address_hmac: Buffer; failed: number; since: Date; locked_until: Date | null }
  staff_approval: {
    id: string
    action: TwoPersonAction
    organisation_id: string | null
    method: string
    path: string
    /** JSON as it was asked for; null: none. */
    body: string | null
    request_sha256: string
    reason: string
    state: Generated<'asked' | 'approved' | 'refused' | 'used'>
    asked_by: string
    /** As it was then: an operator's row is not seen by an organisation. */
    asker_name: string
    asker_shop_ids: string[] | null
    asked_at: Date
    expires_at: Date
    decided_by: Generated<string | null>
    decider_name: Generated<string | null>
    decided_at: Generated<Date | null>
    used_at: Generated<Date | null>
  }
}
