import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

const STATEMENTS = [
  // What was asked of Stripe under which key, for good: Stripe forgets keys after a day. Holds no card and no secret.
  `create table stripe_key (
    processor text not null,
    key text not null,
    kind text not null check (kind in ('setup', 'authorise', 'increment', 'capture', 'void', 'refund', 'evidence')),
    fingerprint text not null,
    stripe_account text,
    ref text,
    amount_minor bigint,
    currency text,
    merchant_ref text,
    outcome text check (outcome in ('done', 'declined', 'refused')),
    first_sent_at timestamptz not null,
    last_sent_at timestamptz not null,
    primary key (processor, key)
  )`,
  `create index stripe_key_ref on stripe_key (processor, ref) where ref is not null`,
  // Stripe keeps no note of a card that its issuer calls lost. \`face\` says which card stood behind the token then.
  `create table stripe_lost_card (
    processor text not null,
    token text not null,
    face text not null,
    noted_at timestamptz not null,
    primary key (processor, token)
  )`,
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
