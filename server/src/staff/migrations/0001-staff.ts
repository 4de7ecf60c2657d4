import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const ROLES = `roles <@ array['operator', 'owner', 'manager', 'cashier', 'installer', 'support', 'privacy_officer']
  and cardinality(roles) > 0
  and (organisation_id is null) = ('operator' = any (roles))
  and (organisation_id is not null or shop_ids is null)
  and (shop_ids is null or cardinality(shop_ids) > 0)`

/** People of the console, what they sign in with, and what takes two of them. */
export async function up(tx: Tx): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(tx)
  await run(`
    create table staff_person (
      id text primary key,
      organisation_id text references organisations (id),
      name text not null,
      language text not null default 'en',
      roles text[] not null,
      shop_ids text[],
      state text not null default 'active' check (state in ('active', 'revoked')),
      user_handle text not null unique,
      invited_by text references staff_person (id),
      created_at timestamptz not null,
      keys_made_at timestamptz not null,
      last_seen_at timestamptz,
      revoked_at timestamptz,
      check (${ROLES})
    )`)
  await run('create index staff_person_organisation on staff_person (organisation_id, name)')
  await run(`
    create table staff_passkey (
      id text primary key,
      person_id text not null references staff_person (id),
      credential_id text not null unique,
      public_key bytea not null,
      sign_count bigint not null,
      transports text[] not null,
      synced boolean not null,
      name text not null,
      created_at timestamptz not null,
      last_used_at timestamptz
    )`)
  await run('create index staff_passkey_person on staff_passkey (person_id)')
  await run(`
    create table staff_recovery_code (
      code_hmac bytea primary key,
      person_id text not null references staff_person (id),
      used_at timestamptz
    )`)
  await run('create index staff_recovery_code_person on staff_recovery_code (person_id)')
  await run(`
    create table staff_session (
      id text primary key,
      token_sha256 bytea not null unique,
      person_id text not null references staff_person (id),
      passkey_id text,
      via text not null check (via in ('passkey', 'recovery_code', 'invitation', 'sandbox')),
      passkey_due boolean not null default false,
      browser text not null,
      started_at timestamptz not null,
      signed_in_at timestamptz not null,
      last_seen_at timestamptz not null,
      ends_at timestamptz not null
    )`)
  await run('create index staff_session_person on staff_session (person_id)')
  await run('create index staff_session_end on staff_session (ends_at)')
  await run(`
    create table staff_invitation (
      id text primary key,
      token_sha256 bytea not null unique,
      organisation_id text references organisations (id),
      name text not null,
      roles text[] not null,
      shop_ids text[],
      invited_by text references staff_person (id),
      inviter_name text not null,
      person_id text references staff_person (id),
      created_at timestamptz not null,
      expires_at timestamptz not null,
      closed_at timestamptz,
      check (${ROLES})
    )`)
  await run(
    'create index staff_invitation_open on staff_invitation (organisation_id, expires_at) where closed_at is null',
  )
  await run(`
    create table staff_ceremony (
      id text primary key,
      kind text not null check (kind in ('sign_in', 'add', 'accept')),
      challenge text not null,
      person_id text references staff_person (id),
      invitation_id text references staff_invitation (id),
      user_handle text,
      expires_at timestamptz not null
    )`)
  await run(`
    create table staff_guess (
      address_hmac bytea primary key,
      failed integer not null,
      since timestamptz not null,
      locked_until timestamptz
    )`)
  await run(`
    create table staff_approval (
      id text primary key,
      action text not null,
      organisation_id text references organisations (id),
      method text not null,
      path text not null,
      body text,
      request_sha256 text not null,
      reason text not null,
      state text not null default 'asked' check (state in ('asked', 'approved', 'refused', 'used')),
      asked_by text not null references staff_person (id),
      asker_name text not null,
      asker_shop_ids text[],
      asked_at timestamptz not null,
      expires_at timestamptz not null,
      decided_by text references staff_person (id),
      decider_name text,
      decided_at timestamptz,
      used_at timestamptz,
      check (decided_by <> asked_by),
      check ((decided_by is null) = (state = 'asked')),
      check ((used_at is not null) = (state = 'used'))
    )`)
  await run('create index staff_approval_organisation on staff_approval (organisation_id, asked_at desc)')
}
