import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  // Which lines of a ticket came back, written before the money moves; `state` follows what became of the money.
  `create table counter_return (
    id text primary key,
    shop_id text not null,
    organisation_id text not null,
    reference text not null,
    device_id text not null,
    key text not null,
    request_sha256 text not null,
    lines jsonb not null,
    taxes jsonb not null,
    lines_minor bigint not null check (lines_minor >= 0),
    adjust_minor bigint not null,
    state text not null check (state in ('open', 'given', 'failed')),
    day_number integer,
    created_at timestamptz not null,
    unique (device_id, key),
    foreign key (shop_id, reference) references counter_ticket (shop_id, reference)
  )`,
  `create index counter_return_ticket on counter_return (shop_id, reference)`,
  `create index counter_return_open on counter_return (created_at) where state = 'open'`,
  `create index counter_return_uncounted on counter_return (shop_id) where day_number is null and state = 'given'`,
  `create table counter_return_share (
    return_id text not null references counter_return (id),
    place integer not null,
    part_id text not null,
    amount_minor bigint not null check (amount_minor > 0),
    state text not null check (state in ('open', 'given', 'failed')),
    primary key (return_id, place),
    unique (return_id, part_id)
  )`,
  // A closed day of a till stays as it was closed: nobody changes or removes one.
  `create table counter_till_day (
    shop_id text not null,
    number integer not null check (number > 0),
    opened_at timestamptz,
    closed_at timestamptz not null,
    closed_by text not null,
    report jsonb not null,
    totals jsonb not null,
    primary key (shop_id, number)
  )`,
  `create function counter_day_stays() returns trigger language plpgsql as $$
    begin raise exception 'a closed day of a till stays as it was closed' using errcode = 'restrict_violation'; end $$`,
  `create trigger counter_till_day_fixed before update or delete on counter_till_day
    for each row execute function counter_day_stays()`,
  `create trigger counter_till_day_kept before truncate on counter_till_day
    for each statement execute function counter_day_stays()`,
  // In which closed day a ticket that was paid is counted: in one.
  `create table counter_day_ticket (
    shop_id text not null,
    reference text not null,
    number integer not null,
    primary key (shop_id, reference),
    foreign key (shop_id, number) references counter_till_day (shop_id, number)
  )`,
  // One that was taken up stays as such for a while: a register whose reply was lost asks again.
  `create table counter_parked (
    shop_id text not null,
    id text not null,
    lines jsonb not null,
    parked_by text not null,
    parked_at timestamptz not null,
    taken_by text,
    claim text,
    taken_at timestamptz,
    primary key (shop_id, id)
  )`,
  `create index counter_parked_waiting on counter_parked (shop_id, parked_at) where taken_at is null`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
