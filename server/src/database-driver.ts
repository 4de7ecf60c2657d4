import {
  AbortedTransactionError,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  DummyDriver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  Transaction,
  type TransactionSettings,
} from 'kysely'
import type pg from 'pg'
import { readerOf } from './database-reader.ts'
import { send } from './database-statements.ts'

export type PipelinedOptions = {
  /** Its clients must be opened with `pipeline`. */
  pool: pg.Pool
  /** Opens a connection of its own for reading, also with `pipeline`. */
  connectReader: () => Promise<pg.Client>
}

/**
 * PostgreSQL with as few turns as can be: the time of a payment is spent on going back and forth. Statements that are asked side by
 * side travel together, the start of a transaction travels with its first statement, reading outside transactions shares connections,
 * and what is asked again and again is prepared by name.
 */
export const pipelinedDialect = (options: PipelinedOptions): Dialect => ({
  createAdapter: () => new PostgresAdapter(),
  createDriver: () => createDriver(options),
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
})

function createDriver({ pool, connectReader }: PipelinedOptions): Driver {
  const reader = readerOf(connectReader)
  return {
    init: async () => {},
    acquireConnection: async () => new Lease(pool, reader),
    beginTransaction: (connection, settings) => leaseOf(connection).begin(settings),
    commitTransaction: (connection) => leaseOf(connection).commit(),
    rollbackTransaction: (connection) => leaseOf(connection).rollback(),
    releaseConnection: async (connection) => leaseOf(connection).release(),
    async destroy() {
      await reader.close()
      await pool.end()
    },
  }
}

const leaseOf = (connection: DatabaseConnection) => connection as Lease

const INERT: Dialect = {
  createAdapter: () => new PostgresAdapter(),
  createDriver: () => new DummyDriver(),
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
}

/** The same transaction, which does not wait for the answer of one statement before it sends the next. */
export async function sideBySide<DB>(one: Transaction<DB>): Promise<Transaction<DB>> {
  const executor = one.getExecutor()
  const connection = await executor.provideConnection(async (taken) => taken)
  return new Transaction<DB>({
    config: { dialect: INERT },
    dialect: INERT,
    driver: INERT.createDriver(),
    executor: executor.withConnectionProvider({ provideConnection: (consumer) => consumer(connection) }),
  })
}

/** Reads and nothing else: takes no lock, and calls nothing that does something. */
const PLAIN_READ = /^\s*select\b(?!.*(\bfor\s+(no\s+key\s+|key\s+)?(update|share)\b|\bpg_|\bnextval\b|\binto\b))/is

const plain = new Map<string, boolean>()
/** Statements whose kind is remembered. */
const MOST_REMEMBERED = 2_000

function isPlainRead(text: string): boolean {
  const known = plain.get(text)
  if (known !== undefined) return known
  const reads = PLAIN_READ.test(text)
  if (plain.size < MOST_REMEMBERED) plain.set(text, reads)
  return reads
}

/** One use of the database: a statement, or a transaction. Takes a connection of the pool when it comes to need one. */
class Lease implements DatabaseConnection {
  readonly #pool: pg.Pool
  readonly #reader: ReturnType<typeof readerOf>
  #client: Promise<pg.PoolClient> | null = null
  /** The start of the transaction, under way together with its first statement. */
  #begun: Promise<unknown> | null = null
  #broken = false
  /** The commit was asked for as a statement; what it answered. */
  #committed: Promise<QueryResult<unknown>> | null = null

  constructor(pool: pg.Pool, reader: ReturnType<typeof readerOf>) {
    this.#pool = pool
    this.#reader = reader
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#committed !== null) throw new Error('invariant broken: asked after the commit')
    if (sql === COMMIT && this.#begun !== null) {
      this.#committed = this.#send(sql, [])
      // Told by `commit`.
      this.#committed.catch(() => {})
      return { rows: [] }
    }
    if (this.#begun === null && isPlainRead(sql)) {
      const read = await this.#reader.read(sql, parameters)
      if (read !== 'busy') return answerOf(read)
    }
    return this.#send(sql, parameters)
  }

  async #send<R>(sql: string, parameters: readonly unknown[]): Promise<QueryResult<R>> {
    const client = await this.#claim()
    try {
      const sent = send(client, sql, parameters)
      // A statement must never stand outside the transaction it was meant for.
      const [result] = await Promise.all([sent, this.#begun])
      // PostgreSQL answers ROLLBACK to the commit of a transaction in which a statement failed.
      if (sql === COMMIT && result.command === 'ROLLBACK') throw new AbortedTransactionError()
      return answerOf(result)
    } catch (error) {
      if (isStalePlan(error)) this.#broken = true
      throw error
    }
  }

  streamQuery(): AsyncIterableIterator<never> {
    throw new Error('Nothing is streamed over a connection that others may share: take one by connect().')
  }

  async begin({ isolationLevel, accessMode }: TransactionSettings): Promise<void> {
    const client = await this.#claim()
    const level =
      isolationLevel === undefined || isolationLevel === 'read committed' ? '' : ` isolation level ${isolationLevel}`
    this.#begun = send(client, `begin${level}${accessMode === undefined ? '' : ` ${accessMode}`}`, [])
    // Told by the first statement, which waits for it too.
    this.#begun.catch(() => {})
  }

  async commit(): Promise<void> {
    this.#committed ??= this.#send(COMMIT, [])
    await this.#committed
  }

  async rollback(): Promise<void> {
    // A transaction in which a statement failed is over with the commit that followed it.
    if (this.#committed !== null) return void (await this.#committed.catch(() => {}))
    try {
      await send(await this.#claim(), 'rollback', [])
    } catch (error) {
      this.#broken = true
      throw error
    }
  }

  async release(): Promise<void> {
    const client = await this.#client?.catch(() => null)
    client?.release(this.#broken)
  }

  #claim(): Promise<pg.PoolClient> {
    this.#client ??= this.#pool.connect()
    return this.#client
  }
}

const COMMIT = 'commit'
const CHANGES = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

function answerOf<R>({ command, rowCount, rows }: pg.QueryResult): QueryResult<R> {
  return CHANGES.has(command) ? { numAffectedRows: BigInt(rowCount ?? 0), rows } : { rows }
}

/**
 * The tables changed under a prepared statement (a newer version of ours was started beside this one). Its connection is thrown away,
 * and with it what was prepared.
 */
export const isStalePlan = (error: unknown): boolean =>
  error instanceof Error &&
  (error as { code?: string }).code === '0A000' &&
  (error as { routine?: string }).routine === 'RevalidateCachedQuery'
