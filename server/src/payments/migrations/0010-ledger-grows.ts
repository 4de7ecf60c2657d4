import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const ACCOUNTS = [
  'authorised_receivable',
  'authorised_payable',
  'processor_receivable',
  'merchant_payable',
  'refunds_in_transit',
  'disputed_receivable',
  'disputed_payable',
  'payouts_in_transit',
  'merchant_reserve',
  'processor_fees',
  'platform_fees',
  'platform_differences',
]
const TWO_STEP = ['charge', 'refund', 'dispute', 'payout', 'reserve']
const ONE_STEP = ['processor_fee', 'platform_fee', 'merchant_adjustment', 'platform_adjustment']
const list = (names: string[]) => names.map((name) => `'${name}'`).join(', ')

/** Fees, payouts, disputes, reserves, adjustments; authorisations that are raised; captures above what was held. */
const STATEMENTS = [
  `alter table ledger_account drop constraint ledger_account_kind_check,
    add constraint ledger_account_kind_check check (kind in (${list(ACCOUNTS)}))`,

  // What a transfer holds is its amount and what it was raised by; its amount is never changed.
  `alter table ledger_transfer alter column payment_id drop not null,
    add column raised_minor bigint not null default 0 check (raised_minor >= 0),
    drop constraint ledger_transfer_kind_check, drop constraint ledger_transfer_amount_minor_check,
    drop constraint ledger_transfer_check,
    add constraint ledger_transfer_kind_check check (kind in (${list([...TWO_STEP, ...ONE_STEP])})),
    add constraint ledger_transfer_amount_check check (
      case when kind in (${list(ONE_STEP)})
           then amount_minor <> 0 and raised_minor = 0 and posted_minor = amount_minor and state = 'posted'
           else amount_minor > 0 and (raised_minor = 0 or kind = 'charge')
            and posted_minor >= 0 and (state = 'posted') = (posted_minor > 0) end),
    -- Only a charge is ever posted above what it held; how far, the processor says.
    add constraint ledger_transfer_posted_check
      check (posted_minor <= amount_minor or kind in ('charge', ${list(ONE_STEP)})),
    add constraint ledger_transfer_settled_check check ((state = 'pending') = (settled_at is null))`,
  `create index ledger_transfer_settled on ledger_transfer (organisation_id, settled_at) where settled_at is not null`,
  `create index ledger_transfer_pending on ledger_transfer (organisation_id, currency, kind) where state = 'pending'`,

  // What made a transfer grow: the operation of the increment. Empty for every other journal.
  `alter table ledger_journal add column cause text not null default '',
    drop constraint ledger_journal_kind_check,
    drop constraint ledger_journal_transfer_id_kind_key,
    add constraint ledger_journal_kind_check check (kind in ('hold', 'raise', 'post', 'void')),
    add constraint ledger_journal_cause_check check ((kind = 'raise') = (cause <> '')),
    add constraint ledger_journal_once unique (transfer_id, kind, cause)`,
  // A transfer ends once.
  `create unique index ledger_journal_one_end on ledger_journal (transfer_id) where kind in ('post', 'void')`,
  `create index ledger_journal_at on ledger_journal (created_at)`,

  `create or replace function ledger_transfer_goes_forward() returns trigger language plpgsql as $$
    begin
      if old.state <> 'pending'
         or (new.id, new.payment_id, new.kind, new.organisation_id, new.currency, new.amount_minor, new.created_at)
            is distinct from
            (old.id, old.payment_id, old.kind, old.organisation_id, old.currency, old.amount_minor, old.created_at)
         or new.state = 'pending' and (new.raised_minor <= old.raised_minor or new.posted_minor <> 0)
         or new.state <> 'pending' and new.raised_minor <> old.raised_minor then
        raise exception 'transfer % is settled or its terms were changed', old.id using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`,
  // At commit a transfer and its journals say the same: whoever changes one without the other changes nothing.
  `create function ledger_transfer_is_journalled() returns trigger language plpgsql as $$
    declare held numeric; ends text; named text := case tg_table_name
      when 'ledger_transfer' then to_jsonb(new)->>'id' else to_jsonb(new)->>'transfer_id' end;
    declare transfer ledger_transfer;
    begin
      select * into transfer from ledger_transfer where id = named;
      select string_agg(kind, '+') into ends from ledger_journal where transfer_id = named and kind in ('post', 'void');
      -- The hold and every raise debit what they hold; a dispute holds it twice, against the processor and against the merchant.
      select coalesce(sum(e.amount_minor), 0) into held
        from ledger_journal j join ledger_entry e on e.journal_id = j.id
        where j.transfer_id = named and j.kind in ('hold', 'raise') and e.amount_minor > 0;
      if transfer.kind = 'dispute' then held := held / 2; end if;
      if coalesce(ends, 'none') <> (case transfer.state when 'posted' then 'post' when 'voided' then 'void' else 'none' end)
         or transfer.kind not in (${list(ONE_STEP)}) and held <> transfer.amount_minor + transfer.raised_minor then
        raise exception 'transfer % and its journals differ', named using errcode = 'check_violation';
      end if;
      return null;
    end $$`,
  `create constraint trigger ledger_transfer_journalled after insert or update on ledger_transfer
    deferrable initially deferred for each row execute function ledger_transfer_is_journalled()`,
  `create constraint trigger ledger_journal_fits after insert on ledger_journal
    deferrable initially deferred for each row execute function ledger_transfer_is_journalled()`,
  `create trigger ledger_transfer_stays before truncate on ledger_transfer
    for each statement execute function ledger_is_append_only()`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
