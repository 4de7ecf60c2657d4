import { readdir } from 'node:fs/promises'
import { sql } from 'kysely'
import type { Db, Tx } from './database.ts'

/** The order in which subjects come up: a subject's tables may refer to tables of those before it. */
export const SUBJECTS = [
  'audit',
  'outbox',
  'merchants',
  'staff',
  'devices',
  'shoppers',
  'wallet',
  'identity',
  'payments',
  'counter',
  'tills',
  'webhooks',
  'gates',
  'admissions',
  'reports',
] as const

/** A migration: `migrations/NNNN-name.ts` of a subject, exporting `up`. Once applied, a file is never changed. */
export type Migration = { up(tx: Tx): Promise<void> }

/** Any constant will do as long as nobody else takes it: "PAUM" in ASCII. */
export const MIGRATION_LOCK = 0x5041554d

async function collect(): Promise<{ name: string; url: URL }[]> {
  const found: { name: string; url: URL }[] = []
  for (const subject of SUBJECTS) {
    const folder = new URL(`./${subject}/migrations/`, import.meta.url)
    const files = await readdir(folder).catch(() => [] as string[])
    for (const file of files.filter((name) => /^\d{4}-[a-z0-9-]+\.ts$/.test(name)).sort()) {
      found.push({ name: `${subject}/${file.slice(0, -3)}`, url: new URL(file, folder) })
    }
  }
  return found
}

/**
 * Brings the database up to the code, in one transaction under an advisory lock: two nodes that start together migrate once.
 * Returns the names of what was applied now.
 */
export async function migrate(db: Db): Promise<string[]> {
  const migrations = await collect()
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(tx)
    // Asked first: a server that may not make tables still starts where there are none to make.
    const { rows: known } = await sql<{ there: boolean }>`
      select to_regclass('schema_migrations') is not null as there`.execute(tx)
    if (!known[0]!.there) {
      await sql`create table schema_migrations (name text primary key, applied_at timestamptz not null default now())`.execute(
        tx,
      )
    }
    const { rows } = await sql<{ name: string }>`select name from schema_migrations`.execute(tx)
    const applied = new Set(rows.map((row) => row.name))
    const now: string[] = []
    for (const { name, url } of migrations) {
      if (applied.has(name)) continue
      const migration = (await import(url.href)) as Migration
      await migration.up(tx)
      await sql`insert into schema_migrations (name) values (${name})`.execute(tx)
      now.push(name)
    }
    return now
  })
}
