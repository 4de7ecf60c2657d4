import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** What a merchant pays for and is paid, and whether the processor's books say the same. */
const STATEMENTS = [
  // Without a row: the merchant bears the processor's fees, the platform takes nothing, nothing is kept back.
  `create table settlement_terms (
    organisation_id text not null,
    currency text not null,
    pass_through boolean not null,
    rate_basis_points integer not null check (rate_basis_points between 0 and 10000),
    fixed_minor bigint not null check (fixed_minor >= 0),
    reserve_basis_points integer not null check (reserve_basis_points between 0 and 10000),
    reserve_days integer not null check (reserve_days between 0 and 400),
    minimum_payout_minor bigint not null check (minimum_payout_minor > 0),
    changed_at timestamptz not null,
    primary key (organisation_id, currency)
  )`,

  // Positive is the merchant's. closing = carried + every movement and deduction − payout; nothing else moves the balance.
  `create table settlement_batch (
    id text primary key,
    organisation_id text not null,
    currency text not null,
    sequence integer not null,
    day date not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    carried_minor bigint not null,
    captured_minor bigint not null,
    captures integer not null,
    refunded_minor bigint not null,
    refunds integer not null,
    disputed_minor bigint not null,
    disputes integer not null,
    returned_minor bigint not null,
    adjusted_minor bigint not null,
    processor_fee_minor bigint not null,
    platform_fee_minor bigint not null,
    reserved_minor bigint not null,
    released_minor bigint not null,
    held_back_minor bigint not null check (held_back_minor >= 0),
    payout_minor bigint not null check (payout_minor >= 0),
    payout_stopped text,
    closing_minor bigint not null,
    made_at timestamptz not null,
    unique (organisation_id, currency, sequence),
    unique (organisation_id, currency, day),
    check (closing_minor = carried_minor + captured_minor + refunded_minor + disputed_minor + returned_minor + adjusted_minor
             - platform_fee_minor - reserved_minor + released_minor - payout_minor)
  )`,
  `create trigger settlement_batch_fixed before update or delete on settlement_batch
    for each row execute function ledger_is_append_only()`,

  `create table settlement_payout (
    id text primary key,
    batch_id text not null unique references settlement_batch (id),
    organisation_id text not null,
    currency text not null,
    amount_minor bigint not null check (amount_minor > 0),
    state text not null check (state in ('in_transit', 'paid', 'returned')),
    note text,
    created_at timestamptz not null,
    ended_at timestamptz
  )`,
  `create table settlement_reserve (
    id text primary key,
    batch_id text not null references settlement_batch (id),
    release_at timestamptz not null,
    released_in text references settlement_batch (id)
  )`,

  // Every line that the processor has told us of, as it told it. Ours are only: whose it is, and the batch that its fee went into.
  `create table settlement_line (
    processor text not null,
    kind text not null check (kind in ('capture', 'refund', 'dispute', 'dispute_returned')),
    key text not null,
    charge_key text not null,
    -- What our books know it by: a capture by its charge, a dispute won or a refund that failed by the dispute or the refund.
    matched_by text generated always as (
      case kind when 'capture' then charge_key else regexp_replace(key, ':(returned|failed)$', '') end) stored,
    organisation_id text,
    currency text not null,
    amount_minor bigint not null,
    fee_minor bigint not null,
    batch_ref text not null,
    at timestamptz not null,
    imported_at timestamptz not null,
    batch_id text references settlement_batch (id),
    platform_fee_minor bigint,
    primary key (processor, kind, key)
  )`,
  `create index settlement_line_matched on settlement_line (kind, matched_by)`,
  `create index settlement_line_at on settlement_line (at)`,
  `create index settlement_line_open on settlement_line (organisation_id, currency) where batch_id is null`,
  `create function settlement_line_stays() returns trigger language plpgsql as $$
    begin
      if (new.processor, new.kind, new.key, new.charge_key, new.currency, new.amount_minor, new.fee_minor, new.batch_ref, new.at)
         is distinct from
         (old.processor, old.kind, old.key, old.charge_key, old.currency, old.amount_minor, old.fee_minor, old.batch_ref, old.at)
         or old.organisation_id is not null and new.organisation_id is distinct from old.organisation_id
         or old.batch_id is not null and (new.batch_id, new.platform_fee_minor) is distinct from (old.batch_id, old.platform_fee_minor) then
        raise exception 'line % of the processor stays as it was told', old.key using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`,
  `create trigger settlement_line_fixed before update on settlement_line
    for each row execute function settlement_line_stays()`,
  `create trigger settlement_line_kept before delete on settlement_line
    for each row execute function ledger_is_append_only()`,

  // What does not fit. It stays open until a person says what it was.
  `create table settlement_difference (
    id text primary key,
    kind text not null check (kind in
      ('missing_at_processor', 'missing_with_us', 'amount_differs', 'late', 'line_changed', 'book_unbalanced')),
    line_kind text not null,
    key text not null,
    organisation_id text,
    currency text not null,
    payment_id text,
    ours_minor bigint,
    theirs_minor bigint,
    detail text not null,
    found_at timestamptz not null,
    resolution text check (resolution in ('explained', 'merchant', 'platform')),
    note text,
    resolved_by text,
    resolved_at timestamptz,
    unique (kind, line_kind, key),
    check ((resolution is null) = (resolved_at is null) and (resolution is null) = (note is null))
  )`,
  `create index settlement_difference_open on settlement_difference (organisation_id, currency) where resolution is null`,
  `create function settlement_difference_stays() returns trigger language plpgsql as $$
    begin
      if old.resolution is not null
         or (new.id, new.kind, new.line_kind, new.key, new.currency, new.ours_minor, new.theirs_minor, new.found_at) is distinct from
            (old.id, old.kind, old.line_kind, old.key, old.currency, old.ours_minor, old.theirs_minor, old.found_at) then
        raise exception 'difference % is resolved or was found otherwise', old.id using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`,
  `create trigger settlement_difference_fixed before update on settlement_difference
    for each row execute function settlement_difference_stays()`,
  `create trigger settlement_difference_kept before delete on settlement_difference
    for each row execute function ledger_is_append_only()`,

  // Our side of what a processor lists: what each capture, refund and dispute moved on the account of what it owes us.
  `create view settlement_ours as
    select t.organisation_id, t.currency, t.id as key, t.payment_id, e.amount_minor, j.created_at as at,
           case t.kind when 'charge' then 'capture' when 'refund' then 'refund'
                else case when e.amount_minor < 0 then 'dispute' else 'dispute_returned' end end as kind
      from ledger_entry e
      join ledger_account a on a.id = e.account_id and a.kind = 'processor_receivable'
      join ledger_journal j on j.id = e.journal_id
      join ledger_transfer t on t.id = j.transfer_id and t.kind in ('charge', 'refund', 'dispute')`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
