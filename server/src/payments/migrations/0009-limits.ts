import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  `create table payment_limits (
    organisation_id text not null,
    currency text not null,
    charge_minor bigint check (charge_minor > 0),
    step_up_above_minor bigint check (step_up_above_minor > 0),
    shopper_day_minor bigint check (shopper_day_minor > 0),
    merchant_day_minor bigint check (merchant_day_minor > 0),
    shopper_per_hour integer check (shopper_per_hour > 0),
    card_per_hour integer check (card_per_hour > 0),
    terminal_per_hour integer check (terminal_per_hour > 0),
    primary key (organisation_id, currency)
  )`,
  `create index payment_charged_by_shopper on payment (shopper_id, authorising_at) where authorising_at is not null`,
  `create index payment_charged_by_terminal on payment (terminal_id, authorising_at) where authorising_at is not null`,
  `create index payment_charged_by_merchant on payment (organisation_id, currency, authorising_at)
    where authorising_at is not null`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
