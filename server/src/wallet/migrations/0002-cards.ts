import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  // A card is set up for a registration, or by a shopper who has signed in.
  `alter table wallet_setup
    alter column enrolment_id drop not null,
    add column shopper_id text,
    add column expiry_month integer check (expiry_month between 1 and 12),
    add column expiry_year integer,
    add column instrument_id text,
    add constraint wallet_setup_owner check (num_nonnulls(enrolment_id, shopper_id) = 1)`,
  `create index wallet_setup_of_shopper on wallet_setup (shopper_id) where shopper_id is not null`,

  `alter table wallet_instrument
    add column expiry_month integer check (expiry_month between 1 and 12),
    add column expiry_year integer,
    add column unusable text check (unusable in ('card_expired', 'card_lost', 'forgotten')),
    add column checked_at timestamptz`,
  `create index wallet_instrument_of on wallet_instrument (shopper_id)`,
  `create index wallet_instrument_token on wallet_instrument (processor, token)`,
  `create index wallet_instrument_over on wallet_instrument (expiry_year, expiry_month)
    where unusable is null and expiry_year is not null`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
