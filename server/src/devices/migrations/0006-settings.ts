import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** Templates of settings in versions, where they hold, and how a version is brought out. */
export async function up(tx: Tx): Promise<void> {
  await sql`
    create table device_settings_templates (
      id text primary key,
      organisation_id text not null,
      name text not null,
      current_version integer,
      created_at timestamptz not null
    )`.execute(tx)
  await sql`
    create table device_settings_versions (
      template_id text not null references device_settings_templates (id),
      version integer not null,
      settings jsonb not null,
      created_at timestamptz not null,
      created_by text,
      primary key (template_id, version)
    )`.execute(tx)
  await sql`
    create table device_settings_assignments (
      scope text not null check (scope in ('organisation', 'brand', 'shop', 'device')),
      scope_id text not null,
      template_id text not null references device_settings_templates (id),
      primary key (scope, scope_id)
    )`.execute(tx)
  await sql`create index device_settings_assignments_of on device_settings_assignments (template_id)`.execute(tx)
  // Which devices are due is decided by one number: a device whose draw is at most so high.
  await sql`
    create table device_settings_rollouts (
      id text primary key,
      template_id text not null references device_settings_templates (id),
      version integer not null,
      from_version integer,
      state text not null check (state in ('running', 'stopped', 'finished')),
      stop text check (stop in ('by_hand', 'silent', 'failing', 'refused')),
      stages_percent integer[] not null,
      stage integer not null,
      stage_minutes integer not null,
      due_up_to bigint not null,
      started_at timestamptz not null,
      started_by text,
      stage_since timestamptz not null,
      ended_at timestamptz,
      foreign key (template_id, version) references device_settings_versions (template_id, version),
      check ((state = 'stopped') = (stop is not null))
    )`.execute(tx)
  await sql`
    create unique index device_settings_rollouts_running on device_settings_rollouts (template_id)
      where state = 'running'`.execute(tx)
  await sql`
    create table device_settings_runs (
      rollout_id text not null references device_settings_rollouts (id),
      device_id text not null references devices (id),
      took_at timestamptz,
      refused_at timestamptz,
      primary key (rollout_id, device_id)
    )`.execute(tx)
}
