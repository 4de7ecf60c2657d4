import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const ACTIVE = `('created', 'presented', 'palm_captured', 'identified', 'choosing_card', 'authorising')`

const STATEMENTS = [
  // What is captured may be more than what was asked for, and a tip may come after the approval.
  `alter table payment
    drop constraint payment_check,
    drop constraint payment_check1,
    drop constraint payment_check2,
    add column maximum_capture_minor bigint not null default 0`,
  `update payment set maximum_capture_minor = authorised_minor`,
  `alter table payment
    add constraint payment_capture_within check (captured_minor between 0 and maximum_capture_minor),
    add constraint payment_refund_within check (refunded_minor between 0 and captured_minor),
    add constraint payment_maximum_within check (maximum_capture_minor >= authorised_minor)`,

  // A card chosen after the palm, and what became of earlier cards.
  `alter table payment
    add column choose_card boolean not null default false,
    add column card_choice jsonb,
    add column choice_until timestamptz,
    add column choice_after text`,
  `drop index payment_one_active`,
  `create unique index payment_one_active on payment (terminal_id) where state in ${ACTIVE}`,
  `drop index payment_unsettled`,
  `create index payment_unsettled on payment (state) where state in
    ('created', 'presented', 'palm_captured', 'identified', 'choosing_card', 'authorising', 'unknown')`,

  // A till that promised to acknowledge.
  `alter table payment
    add column acknowledge_within_ms integer,
    add column acknowledge_by timestamptz,
    add column acknowledged_at timestamptz,
    add column reversal text check (reversal in ('till_gone'))`,
  `create index payment_unacknowledged on payment (acknowledge_by)
    where acknowledge_by is not null and acknowledged_at is null and reversal is null and state = 'approved'`,

  `alter table payment_operation drop constraint payment_operation_kind_check,
    add constraint payment_operation_kind_check check (kind in ('authorise', 'increment', 'capture', 'void', 'refund')),
    add column tip_minor bigint check (tip_minor >= 0),
    add column waits_for text references payment_operation (id)`,
  // One increment at a time: the next is asked for when the last is known.
  `create unique index payment_operation_one_increment on payment_operation (payment_id)
    where kind = 'increment' and state = 'intended'`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
