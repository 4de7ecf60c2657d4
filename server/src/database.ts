import { Kysely, sql, type Transaction } from 'kysely'
import pg from 'pg'
import { isStalePlan, pipelinedDialect, sideBySide } from './database-driver.ts'
import { Failure } from './failure.ts'
import type { Database } from './tables.ts'

export type Db = Kysely<Database>
export type Tx = Transaction<Database>

/** The role that the server works under: it may add to the books and change nothing that stands in them. */
export const SERVER_ROLE = 'paume_server'
/** The role that reads for one organisation: it sees that organisation's rows and writes nothing. */
export const TENANT_ROLE = 'paume_tenant'

export type DatabaseHandle = {
  db: Db
  /** A plain connection of its own, for LISTEN and advisory locks. The caller ends it. */
  connect(): Promise<pg.Client>
  close(): Promise<void>
}

/** How long a request waits for a connection before it answers `database_unavailable`, ms. */
const CONNECT_TIMEOUT_MS = 3_000
/** No statement of ours takes longer; one that does is stuck behind a lock, ms. */
const STATEMENT_TIMEOUT_MS = 15_000

const INT8_OID = 20
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8_OID && format !== 'binary') return (text: string) => BigInt(text)
    return pg.types.getTypeParser(oid, format as 'text')
  },
} as pg.CustomTypesConfig

/** Opens a pool on a PostgreSQL URL; every connection takes on `role` as it opens. `int8` is read as `bigint`, `timestamptz` as `Date`, `bytea` as `Buffer`. */
export function openDatabase(url: string, options: { maxConnections?: number; role?: string } = {}): DatabaseHandle {
  const settings = {
    connectionString: url,
    types,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'paume',
    ...(options.role === undefined ? {} : { options: `-c role=${options.role}` }),
  }
  const pipelined = { ...settings, pipeline: true, statement_timeout: STATEMENT_TIMEOUT_MS }
  const pool = new pg.Pool({
    ...pipelined,
    max: options.maxConnections ?? 10,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
  })
  // An idle connection that dies is replaced at the next request; without a listener it would end the process.
  pool.on('error', () => {})
  // So would one that dies in a transaction between two statements, when nobody listens to it: the next statement fails, that is enough.
  pool.on('connect', (client) => client.on('error', () => {}))
  const connect = async (own: pg.ClientConfig) => {
    const client = new pg.Client(own)
    client.on('error', () => {})
    await client.connect()
    return client
  }
  const db = new Kysely<Database>({ dialect: pipelinedDialect({ pool, connectReader: () => connect(pipelined) }) })
  return { db, connect: () => connect(settings), close: () => db.destroy() }
}

/** SQLSTATE of a transaction that lost against another one and may simply be run again: serialization failure, deadlock. */
const RETRYABLE = new Set(['40001', '40P01'])
const RETRIES = 5

/** What open transactions have to tell once they are committed, and who hears it. */
const news = new WeakMap<Db, string[]>()
const listeners = new WeakMap<Db, (told: readonly string[]) => void>()

/** Hears what transactions of this handle tell, after they are committed. One listener. */
export const hearNews = (db: Db, listener: (told: readonly string[]) => void) => listeners.set(db, listener)

/** Tells something once the transaction is committed, and not at all otherwise; outside one at once. */
export function tell(db: Db | Tx, what: string): void {
  const untold = news.get(db)
  if (untold === undefined) listeners.get(db)?.([what])
  else untold.push(what)
}

/**
 * Runs `work` in one transaction and commits it, or rolls everything back. A transaction that lost a race is run again: `work`
 * must therefore touch nothing but the database. Statements that do not need each other's answers may be asked side by side
 * (`Promise.all`): they travel together and are done in the order they were asked.
 */
export async function withTransaction<T>(
  db: Db,
  work: (tx: Tx) => Promise<T>,
  isolation: 'read committed' | 'repeatable read' | 'serializable' = 'read committed',
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      const told: string[] = []
      const done = await db
        .transaction()
        .setIsolationLevel(isolation)
        .execute(async (one) => {
          const tx = await sideBySide(one)
          news.set(tx, told)
          return work(tx)
        })
      if (told.length > 0) listeners.get(db)?.(told)
      return done
    } catch (error) {
      if (attempt >= RETRIES || !(RETRYABLE.has(sqlState(error) ?? '') || isStalePlan(error))) throw error
      await new Promise((resolve) => setTimeout(resolve, 5 * 2 ** attempt * Math.random()))
    }
  }
}

/**
 * The last statements of a transaction and its commit, in one turn: for what others wait for until it commits. Each of `last` must have
 * been asked by now in one turn, and nothing may be asked of the transaction afterwards (the driver refuses it).
 */
export async function lastly<T extends readonly unknown[]>(
  tx: Tx,
  last: T,
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  const committing = sql`commit`.execute(tx)
  const answers = await Promise.all(last)
  await committing
  return answers as { -readonly [P in keyof T]: Awaited<T[P]> }
}

/** The SQLSTATE of a database error (PostgreSQL, appendix A), or undefined. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

/** True when a row was refused because one of its kind is already there; `constraint` narrows it to one index. */
export const isUniqueViolation = (error: unknown, constraint?: string): boolean =>
  sqlState(error) === '23505' &&
  (constraint === undefined || (error as { constraint?: string }).constraint === constraint)

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
])
const POOL_MESSAGES =
  /timeout exceeded when trying to connect|Connection terminated|connection timeout|Client was closed|not queryable|Query read timeout/i

/** True when an error means that the database cannot be reached now (down, starting, stopping, out of connections). */
export function isDatabaseGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const state = sqlState(error)
  // Class 08: connection exception; 57P0x: shut down, crash, cannot connect now; 53300: too many connections.
  if (state !== undefined) return state.startsWith('08') || state.startsWith('57P') || state === '53300'
  if (NETWORK_CODES.has((error as NodeJS.ErrnoException).code ?? '')) return 'syscall' in error || 'errors' in error
  return POOL_MESSAGES.test(error.message)
}

/** Turns “the database is gone” into the failure a client understands; leaves everything else as it is. */
export const mapDatabaseError = (error: unknown): unknown =>
  isDatabaseGone(error) ? new Failure('database_unavailable', {}, { cause: error }) : error
