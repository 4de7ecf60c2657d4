import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** Templates of a palm by model version, so that a newer model can take over from an older one person by person. */
export async function up(tx: Tx): Promise<void> {
  await sql`
    create table palm_templates (
      palm_id text not null references palms (id) on delete cascade,
      model_version text not null,
      rotation_epoch integer not null,
      template_count integer not null check (template_count > 0),
      sealed_templates bytea not null,
      made_at timestamptz not null,
      primary key (palm_id, model_version)
    )`.execute(tx)
  // Sealed bytes do not get smaller; kept beside their row, a million of them are read in one go at the start of a node.
  await sql`alter table palm_templates alter column sealed_templates set storage external`.execute(tx)
  await sql`alter table palm_templates set (toast_tuple_target = 8160)`.execute(tx)
  await sql`
    insert into palm_templates (palm_id, model_version, rotation_epoch, template_count, sealed_templates, made_at)
      select id, model_version, rotation_epoch, template_count, sealed_templates, enrolled_at from palms`.execute(tx)
  await sql`
    alter table palms drop column model_version, drop column rotation_epoch, drop column template_count,
      drop column sealed_templates`.execute(tx)
}
