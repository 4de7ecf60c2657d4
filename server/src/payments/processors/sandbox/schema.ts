/**
 * The sandbox processor's own schema. It makes it itself: our migrations know nothing of it, as of any outside processor's. Books of an
 * older version are brought up to date the same way; every statement may run again.
 */
export const SCHEMA = `
  create schema if not exists sandbox_processor;
  create table if not exists sandbox_processor.setup (
    setup_id text primary key, client_secret text not null, token text, refused text, attempts integer not null default 0,
    created_at timestamptz not null);
  alter table sandbox_processor.setup
    add column if not exists form text not null default 'sandbox', add column if not exists cancelled boolean not null default false;
  create table if not exists sandbox_processor.instrument (
    token text primary key, brand text not null, last4 text not null, outcome jsonb not null, forgotten boolean not null default false);
  alter table sandbox_processor.instrument
    add column if not exists expiry_month integer, add column if not exists expiry_year integer,
    add column if not exists merchant_ref text, add column if not exists cloned_from text,
    add column if not exists changes jsonb not null default '[]';
  create unique index if not exists instrument_one_clone on sandbox_processor.instrument (cloned_from, merchant_ref)
    where not forgotten;
  create table if not exists sandbox_processor.charge (
    ref text primary key, key text not null unique, request_sha256 text not null, token text not null, amount_minor bigint not null,
    currency text not null, declined text, voided boolean not null default false, decided_at timestamptz not null,
    capturable_until timestamptz);
  alter table sandbox_processor.charge
    add column if not exists version integer not null default 0, add column if not exists merchant_ref text,
    add column if not exists outcome jsonb not null default '{}', add column if not exists payment_id text,
    add column if not exists till_reference text, add column if not exists closed boolean not null default false;
  create index if not exists charge_open on sandbox_processor.charge (capturable_until) where not closed;
  create table if not exists sandbox_processor.operation (
    key text primary key, request_sha256 text not null, ref text not null unique, charge_ref text not null, kind text not null,
    amount_minor bigint not null, created_at timestamptz not null, settles_at timestamptz, fails boolean not null default false);
  alter table sandbox_processor.operation
    add column if not exists refused text, add column if not exists seq bigserial;
  create index if not exists operation_of on sandbox_processor.operation (charge_ref);
  create index if not exists operation_at on sandbox_processor.operation (created_at);
  create table if not exists sandbox_processor.dispute (
    ref text primary key, charge_ref text not null, reason text not null, answered text not null, opens_at timestamptz not null,
    due_at timestamptz not null, evidence_key text, evidence_sha256 text, evidence jsonb, answered_at timestamptz, ruling text,
    ruled_at timestamptz);
  create index if not exists dispute_of on sandbox_processor.dispute (charge_ref);
  create table if not exists sandbox_processor.event (
    id text primary key, type text not null, object jsonb not null, occurs_at timestamptz not null,
    due_at timestamptz not null default '-infinity', attempts integer not null default 0, delivered_at timestamptz, dropped text, seq bigserial);
  create index if not exists event_due on sandbox_processor.event (due_at) where delivered_at is null and dropped is null;
  create table if not exists sandbox_processor.setting (
    one boolean primary key default true check (one), clock_offset_ms bigint not null default 0, webhook_secret text not null,
    event_types jsonb not null default '[]');
`
