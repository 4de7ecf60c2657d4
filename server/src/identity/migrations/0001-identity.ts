import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

export async function up(tx: Tx): Promise<void> {
  await sql`
    create table captures (
      id text primary key,
      challenge text not null,
      device_id text not null,
      purpose text not null check (purpose in ('enrolment', 'hover')),
      subject_id text not null,
      hand text check (hand in ('L', 'R')),
      expires_at timestamptz not null,
      used_at timestamptz,
      body_sha256 text,
      result jsonb
    )`.execute(tx)
  await sql`create index captures_expiry on captures (expires_at)`.execute(tx)
  await sql`
    create table shopper_keys (
      shopper_id text primary key,
      wrapped_key bytea not null,
      tenant_epoch integer not null
    )`.execute(tx)
  await sql`
    create table palms (
      id text primary key,
      shopper_id text not null references shopper_keys (shopper_id),
      hand text not null check (hand in ('L', 'R')),
      sealed_templates bytea not null,
      template_count integer not null check (template_count > 0),
      model_version text not null,
      rotation_epoch integer not null,
      enrolled_at timestamptz not null,
      last_used_at timestamptz,
      unique (shopper_id, hand)
    )`.execute(tx)
  await sql`
    create table palm_changes (
      sequence bigint generated always as identity primary key,
      shopper_id text not null,
      change text not null check (change in ('put', 'erased')),
      at timestamptz not null default now()
    )`.execute(tx)
  await sql`
    create table enrolments (
      id text primary key,
      device_id text not null,
      shop_id text not null,
      organisation_id text not null,
      language text not null,
      country text not null,
      step text not null,
      expires_at timestamptz not null,
      ended_at timestamptz,
      shopper_id text,
      enrolled_at timestamptz,
      wrapped_key bytea,
      tenant_epoch integer not null,
      check ((step in ('done', 'ended')) = (wrapped_key is null))
    )`.execute(tx)
  await sql`create index enrolments_open on enrolments (expires_at) where wrapped_key is not null`.execute(tx)
  await sql`
    create table enrolment_samples (
      id bigint generated always as identity primary key,
      enrolment_id text not null references enrolments (id),
      hand text not null check (hand in ('L', 'R')),
      sealed_sample bytea not null
    )`.execute(tx)
  await sql`create index enrolment_samples_of on enrolment_samples (enrolment_id, hand)`.execute(tx)
  await sql`
    create table duplicate_reviews (
      id bigint generated always as identity primary key,
      enrolment_id text not null,
      shop_id text not null,
      hand text not null,
      shopper_id text not null,
      noticed_at timestamptz not null,
      reviewed_at timestamptz
    )`.execute(tx)
}
