import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  `create table ledger_account (
    id bigint generated always as identity primary key,
    organisation_id text not null,
    currency text not null,
    kind text not null check (kind in
      ('authorised_receivable', 'authorised_payable', 'processor_receivable', 'merchant_payable', 'refunds_in_transit')),
    unique (organisation_id, currency, kind)
  )`,

  // What is meant to move. Its state only goes forward: pending → posted | voided.
  `create table ledger_transfer (
    id text primary key,
    payment_id text not null,
    kind text not null check (kind in ('charge', 'refund')),
    organisation_id text not null,
    currency text not null,
    amount_minor bigint not null check (amount_minor > 0),
    posted_minor bigint not null default 0 check (posted_minor between 0 and amount_minor),
    state text not null check (state in ('pending', 'posted', 'voided')),
    created_at timestamptz not null,
    settled_at timestamptz
  )`,
  `create index ledger_transfer_of on ledger_transfer (payment_id)`,

  `create table ledger_journal (
    id bigint generated always as identity primary key,
    transfer_id text not null references ledger_transfer (id),
    kind text not null check (kind in ('hold', 'post', 'void')),
    created_at timestamptz not null,
    unique (transfer_id, kind)
  )`,

  // Debit is positive, credit negative.
  `create table ledger_entry (
    id bigint generated always as identity primary key,
    journal_id bigint not null references ledger_journal (id),
    account_id bigint not null references ledger_account (id),
    amount_minor bigint not null check (amount_minor <> 0)
  )`,
  `create index ledger_entry_of_journal on ledger_entry (journal_id)`,
  `create index ledger_entry_of_account on ledger_entry (account_id)`,

  `create function ledger_balances() returns trigger language plpgsql as $$
    declare total numeric; currencies integer; entries integer;
    begin
      select coalesce(sum(e.amount_minor), 0), count(distinct (a.organisation_id, a.currency)), count(*)
        into total, currencies, entries
        from ledger_entry e join ledger_account a on a.id = e.account_id
        where e.journal_id = case tg_table_name when 'ledger_journal' then new.id else (to_jsonb(new)->>'journal_id')::bigint end;
      if entries < 2 or total <> 0 or currencies <> 1 then
        raise exception 'journal does not balance: % entries, sum %, % books', entries, total, currencies
          using errcode = 'check_violation';
      end if;
      return null;
    end $$`,
  `create constraint trigger ledger_entry_balances after insert on ledger_entry
    deferrable initially deferred for each row execute function ledger_balances()`,
  // A journal without entries is caught here: no entry, no entry trigger.
  `create constraint trigger ledger_journal_balances after insert on ledger_journal
    deferrable initially deferred for each row execute function ledger_balances()`,

  `create function ledger_is_append_only() returns trigger language plpgsql as $$
    begin
      raise exception 'the ledger is append-only: % of % refused', tg_op, tg_table_name using errcode = 'restrict_violation';
    end $$`,
  `create trigger ledger_entry_fixed before update or delete on ledger_entry
    for each row execute function ledger_is_append_only()`,
  `create trigger ledger_entry_kept before truncate on ledger_entry
    for each statement execute function ledger_is_append_only()`,
  `create trigger ledger_journal_fixed before update or delete on ledger_journal
    for each row execute function ledger_is_append_only()`,
  `create trigger ledger_journal_kept before truncate on ledger_journal
    for each statement execute function ledger_is_append_only()`,
  `create trigger ledger_transfer_kept before delete on ledger_transfer
    for each row execute function ledger_is_append_only()`,
  `create function ledger_transfer_goes_forward() returns trigger language plpgsql as $$
    begin
      if old.state <> 'pending' or new.state = 'pending'
         or (new.id, new.payment_id, new.kind, new.organisation_id, new.currency, new.amount_minor)
            is distinct from (old.id, old.payment_id, old.kind, old.organisation_id, old.currency, old.amount_minor) then
        raise exception 'transfer % is settled or its terms were changed', old.id using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`,
  `create trigger ledger_transfer_forward before update on ledger_transfer
    for each row execute function ledger_transfer_goes_forward()`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
