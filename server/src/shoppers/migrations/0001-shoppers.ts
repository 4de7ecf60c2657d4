import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

export async function up(tx: Tx): Promise<void> {
  await sql`
    create table shoppers (
      id text primary key,
      phone_hmac text unique,
      phone_sealed bytea,
      phone_hint text,
      language text not null,
      enrolled_at timestamptz not null,
      erasure_requested_at timestamptz,
      erased_at timestamptz,
      check (erased_at is null or (phone_hmac is null and phone_sealed is null and phone_hint is null))
    )`.execute(tx)
  await sql`
    create table phone_verifications (
      id text primary key,
      purpose text not null check (purpose in ('enrolment', 'session')),
      subject_id text not null unique,
      phone_hmac text not null,
      phone_sealed bytea not null,
      phone_hint text not null,
      code_hmac text not null,
      tries integer not null default 0,
      expires_at timestamptz not null,
      confirmed_at timestamptz,
      created_at timestamptz not null
    )`.execute(tx)
  await sql`create table phone_codes_sent (phone_hmac text not null, sent_at timestamptz not null)`.execute(tx)
  await sql`create index phone_codes_sent_phone on phone_codes_sent (phone_hmac, sent_at)`.execute(tx)
  await sql`
    create table shopper_sessions (
      token_sha256 text primary key,
      shopper_id text not null references shoppers (id),
      expires_at timestamptz not null
    )`.execute(tx)
  await sql`
    create table agreed_texts (
      sha256 text primary key,
      kind text not null,
      version text not null,
      language text not null,
      title text not null,
      paragraphs text[] not null
    )`.execute(tx)
  await sql`
    create table consents (
      id text primary key,
      enrolment_id text not null,
      shopper_id text references shoppers (id),
      kind text not null check (kind in ('consent', 'terms')),
      version text not null,
      language text not null,
      sha256 text not null references agreed_texts (sha256),
      agreed_at timestamptz not null,
      withdrawn_at timestamptz,
      unique (enrolment_id, kind)
    )`.execute(tx)
  await sql`create index consents_shopper on consents (shopper_id)`.execute(tx)
}
