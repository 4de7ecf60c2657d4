import { type QueryExecutorProvider, sql } from 'kysely'
import { ConfigError } from './config.ts'
import { type DatabaseHandle, type Db, openDatabase, SERVER_ROLE, sqlState, TENANT_ROLE } from './database.ts'
import { keepsTenantsApart, separateTenants } from './database-tenant.ts'
import { MIGRATION_LOCK, migrate } from './migrate.ts'

/** Written once and never changed. The database refuses it twice: the role has no right to, and triggers refuse the owner too. */
const APPEND_ONLY = [
  'audit_entries',
  'audit_tree_node',
  'audit_head',
  'ledger_entry',
  'ledger_journal',
  'ledger_closed_day',
  'ledger_trial_balance',
  'counter_till_day',
] as const
/** Rows that stay and go forward: all of a transfer that may change is how far it has come. */
const FORWARD_ONLY = { ledger_transfer: ['state', 'raised_minor', 'posted_minor', 'settled_at'] } as const

/**
 * What keeps the server from changing its books. `login`: it logs in as somebody without the right. `set_role`: it logs in as the owner
 * and drops the right on every connection. `triggers`: it has the right, and only triggers stand in the way.
 */
export type BooksGuard = 'login' | 'set_role' | 'triggers'

const ADVICE = `The database user of DATABASE_URL may change the ledger, and production does not start like that. As its owner run
  create role ${TENANT_ROLE} nologin; create role ${SERVER_ROLE} nologin in role ${TENANT_ROLE}; create role paume_login login in role ${SERVER_ROLE} password '…';
then give the new login as DATABASE_URL and the owner as DATABASE_OWNER_URL (used at start only, to bring the tables up to date).`

/**
 * Brings the database up to the code as its owner and opens the pool that the server works with, as a role that can only add to the
 * books. Where no such role can be had (an outside PostgreSQL whose user may not make roles) a sandbox goes on under the triggers
 * alone and says so; production throws `ConfigError`. `tenants` tells whether the database itself keeps organisations apart.
 */
export async function openServerDatabase(options: {
  databaseUrl: string
  databaseOwnerUrl?: string | undefined
  production: boolean
}): Promise<{ database: DatabaseHandle; guard: BooksGuard; tenants: boolean }> {
  const { databaseUrl, databaseOwnerUrl = databaseUrl, production } = options
  const owner = openDatabase(databaseOwnerUrl, { maxConnections: 2 })
  try {
    await migrate(owner.db)
    await grantServer(
      owner.db,
      databaseOwnerUrl === databaseUrl ? null : decodeURIComponent(new URL(databaseUrl).username),
    )
  } finally {
    await owner.close()
  }
  const plain = openDatabase(databaseUrl)
  if (!(await mayChangeBooks(plain.db))) return apart(plain, 'login', production)
  const restricted = openDatabase(databaseUrl, { role: SERVER_ROLE })
  const drops = await mayChangeBooks(restricted.db).then(
    (may) => !may,
    (error: unknown) => {
      // Class 22, 28 and 42: no such role, or it may not be taken on. Anything else is not about rights.
      if (/^(22|28|42)/.test(sqlState(error) ?? '')) return false
      throw error
    },
  )
  if (drops) {
    await plain.close()
    return apart(restricted, 'set_role', production)
  }
  await restricted.close()
  if (!production) return { database: plain, guard: 'triggers', tenants: false }
  await plain.close()
  throw new ConfigError(ADVICE)
}

async function apart(database: DatabaseHandle, guard: BooksGuard, production: boolean) {
  const tenants = await keepsTenantsApart(database.db)
  if (tenants || !production) return { database, guard, tenants }
  await database.close()
  throw new ConfigError(ADVICE)
}

/** True when whoever asks could change or remove a row of the books, were it not for the triggers. */
export async function mayChangeBooks(db: QueryExecutorProvider): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`
    select bool_or(has_table_privilege(t, 'update, delete, truncate')) as may
      from unnest(${[...APPEND_ONLY]}::text[]) t`.execute(db)
  return rows[0]!.may
}

/** Gives the server's role what it needs, table by table, and `login` the role. Does nothing where we do not own the tables. */
async function grantServer(owner: Db, login: string | null): Promise<void> {
  const { rows } = await sql<{ owns: boolean; exists: boolean }>`
    select pg_has_role(relowner, 'usage') as owns, exists (select 1 from pg_roles where rolname = ${SERVER_ROLE}) as exists
      from pg_class where oid = 'ledger_entry'::regclass`.execute(owner)
  if (!rows[0]!.owns) return
  const role = sql.id(SERVER_ROLE)
  if (!rows[0]!.exists && !(await allowed(sql`create role ${role} nologin`.execute(owner)))) return
  const tenant = sql.id(TENANT_ROLE)
  const { rows: found } = await sql`select 1 from pg_roles where rolname = ${TENANT_ROLE}`.execute(owner)
  const apart = found.length > 0 || (await allowed(sql`create role ${tenant} nologin`.execute(owner)))
  await owner.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(tx)
    await sql`grant usage on schema public to ${role}`.execute(tx)
    // Only what belongs to the owner of the ledger: the schema may hold tables of somebody else.
    const { rows: ours } = await sql<{ kind: string; name: string }>`
      select c.relkind as kind, c.relname as name from pg_class c
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'S')
         and c.relowner = (select relowner from pg_class where oid = 'ledger_entry'::regclass)`.execute(tx)
    const names = (sequences: boolean) =>
      sql.join(ours.filter(({ kind }) => (kind === 'S') === sequences).map(({ name }) => sql.table(name)))
    await sql`grant select, insert, update, delete on ${names(false)} to ${role}`.execute(tx)
    if (ours.some(({ kind }) => kind === 'S'))
      await sql`grant usage, select on sequence ${names(true)} to ${role}`.execute(tx)
    await sql`revoke insert, update, delete on schema_migrations from ${role}`.execute(tx)
    for (const table of APPEND_ONLY) await sql`revoke update, delete on ${sql.table(table)} from ${role}`.execute(tx)
    for (const [table, columns] of Object.entries(FORWARD_ONLY)) {
      await sql`revoke update, delete on ${sql.table(table)} from ${role}`.execute(tx)
      await sql`grant update (${sql.join(columns.map((column) => sql.id(column)))}) on ${sql.table(table)} to ${role}`.execute(
        tx,
      )
    }
    if (apart) await separateTenants(tx)
  })
  if (apart) await allowed(sql`grant ${tenant} to ${role}`.execute(owner))
  // Refused where the owner may not hand the role on; the check of the opened pool tells.
  const member = login === null ? sql`current_user` : sql.id(login)
  if (login !== SERVER_ROLE) await allowed(sql`grant ${role} to ${member}`.execute(owner))
}

/** False when the right to do it is missing, or somebody did it at the same moment. */
const allowed = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    (error: unknown) => {
      const state = sqlState(error)
      if (state === '42501' || state === '0LP01') return false
      if (state === '42710' || state === '23505' || state === 'XX000') return true
      throw error
    },
  )
