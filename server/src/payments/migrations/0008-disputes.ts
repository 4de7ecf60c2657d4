import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  `create table payment_dispute (
    id text primary key,
    processor text not null,
    ref text not null,
    payment_id text not null references payment (id),
    organisation_id text not null,
    amount_minor bigint not null check (amount_minor > 0),
    currency text not null,
    state text not null check (state in ('needs_response', 'under_review', 'won', 'lost')),
    reason text not null,
    opened_at timestamptz not null,
    evidence_due_at timestamptz,
    -- The transfer of the ledger, under the name that the processor lists it by.
    transfer_id text not null,
    -- What was sent, word for word; written before it is sent.
    evidence jsonb,
    evidence_sha256 text,
    evidence_key text unique,
    evidence_asked_at timestamptz,
    evidence_sent_at timestamptz,
    evidence_refused text,
    looked_at timestamptz not null,
    ended_at timestamptz,
    unique (processor, ref),
    check ((evidence is null) = (evidence_key is null)),
    check ((state in ('won', 'lost')) = (ended_at is not null))
  )`,
  `create index payment_dispute_of on payment_dispute (payment_id)`,
  `create index payment_dispute_open on payment_dispute (looked_at) where ended_at is null`,
  `alter table payment add column disputed boolean not null default false`,
  // What identity signed about who stood where. Payments of before have none.
  `alter table payment_spent_assertion add column statement text`,
  `create index payment_spent_assertion_of on payment_spent_assertion (payment_id)`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
