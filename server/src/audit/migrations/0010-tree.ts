import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** The Merkle tree over the log (RFC 9162): a row for every complete subtree, and the heads that were signed. Both only grow. */
const STATEMENTS = [
  `create table audit_tree_node (
    level smallint not null check (level between 0 and 62),
    position bigint not null check (position >= 0),
    hash bytea not null check (length(hash) = 32),
    primary key (level, position)
  )`,
  `create table audit_head (
    size bigint primary key check (size > 0),
    root bytea not null check (length(root) = 32),
    signed_at timestamptz not null,
    note text not null
  )`,
  ...['audit_tree_node', 'audit_head'].flatMap((table) => [
    `create trigger ${table}_stays before update or delete on ${table}
      for each row execute function audit_is_append_only()`,
    `create trigger ${table}_no_truncate before truncate on ${table}
      for each statement execute function audit_is_append_only()`,
  ]),
]

export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}
