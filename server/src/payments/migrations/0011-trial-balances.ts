import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const KEPT = ['ledger_closed_day', 'ledger_trial_balance']

/** Days that are closed, and what stood in the books at the end of each. */
const STATEMENTS = [
  // When an organisation's day ends. Without a row: UTC.
  `create table ledger_calendar (organisation_id text primary key, time_zone text not null, changed_at timestamptz not null)`,

  // The end of a day is written first, alone: from then on nothing can be dated into it, and it can be added up in peace.
  `create table ledger_closed_day (
    organisation_id text not null,
    currency text not null,
    sequence integer not null check (sequence > 0),
    day date not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null check (ends_at > starts_at),
    closed_at timestamptz not null,
    primary key (organisation_id, currency, day),
    unique (organisation_id, currency, sequence)
  )`,

  // The accounts as canonical JSON text: exactly the bytes that are hashed. Findings: why the day does not balance; none, it does.
  `create table ledger_trial_balance (
    organisation_id text not null,
    currency text not null,
    day date not null,
    sequence integer not null,
    accounts text not null,
    findings text[] not null,
    previous_sha256 text not null,
    sha256 text not null,
    made_at timestamptz not null,
    primary key (organisation_id, currency, day),
    unique (organisation_id, currency, sequence),
    foreign key (organisation_id, currency, day) references ledger_closed_day (organisation_id, currency, day)
  )`,
  ...KEPT.flatMap((table) => [
    `create trigger ${table}_fixed before update or delete on ${table} for each row execute function ledger_is_append_only()`,
    `create trigger ${table}_kept before truncate on ${table} for each statement execute function ledger_is_append_only()`,
  ]),

  // Whoever writes a journal holds its book's lock shared until commit; whoever ends a day takes it alone. 0x4c454447: "LEDG".
  `create function ledger_day_is_open() returns trigger language plpgsql as $$
    declare transfer ledger_transfer; closed timestamptz;
    begin
      select * into transfer from ledger_transfer where id = new.transfer_id;
      perform pg_advisory_xact_lock_shared(x'4c454447'::int, hashtext(transfer.organisation_id || ' ' || transfer.currency));
      select ends_at into closed from ledger_closed_day
        where organisation_id = transfer.organisation_id and currency = transfer.currency
        order by sequence desc limit 1;
      if new.created_at < closed then
        raise exception 'the day of % is closed', new.created_at using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`,
  `create trigger ledger_journal_day before insert on ledger_journal for each row execute function ledger_day_is_open()`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
