import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

export async function up(tx: Tx): Promise<void> {
  await sql`
    create table audit_entries (
      sequence bigint primary key check (sequence > 0),
      at timestamptz not null,
      event text not null,
      facts text not null,
      previous_sha256 text not null,
      sha256 text not null
    )`.execute(tx)
  await sql`
    create function audit_is_append_only() returns trigger language plpgsql as $$
    begin
      raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
    end $$`.execute(tx)
  await sql`
    create trigger audit_entries_stay before update or delete on audit_entries
    for each row execute function audit_is_append_only()`.execute(tx)
  await sql`
    create trigger audit_entries_no_truncate before truncate on audit_entries
    for each statement execute function audit_is_append_only()`.execute(tx)
}
