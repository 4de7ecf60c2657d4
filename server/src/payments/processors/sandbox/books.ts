import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { Clock } from '../../../clock.ts'
import { ProcessorFailure } from '../processor.ts'
import type { ChargeRecord, ChargeRow, DisputeRow, OperationRow } from './charge-record.ts'
import type { EventRow } from './events.ts'
import { SCHEMA } from './schema.ts'

/** "SAND" in ASCII: two nodes that start together make the schema once. */
const SCHEMA_LOCK = 0x53414e44
/** Tries at a change that others keep overtaking. */
const MAX_TRIES = 30
const UNIQUE_VIOLATION = '23505'

export type Setting = { clock_offset_ms: number; webhook_secret: string; event_types: string[] }

/** What one request writes, whole or not at all. */
export type Writing = { operations?: OperationRow[]; disputes?: DisputeRow[]; events?: EventRow[] }

/** Somebody else wrote first: look again and decide anew. */
export class Overtaken extends Error {
  override name = 'Overtaken'
}

export type Books = {
  pool: pg.Pool
  /** The processor's time: the world's, moved by what its own clock was moved. */
  timeOf(setting: Pick<Setting, 'clock_offset_ms'>): Date
  /** One statement that only looks. When it fails certainly nothing happened. */
  look<R extends pg.QueryResultRow>(name: string, text: string, values: unknown[]): Promise<R[]>
  /** One statement that writes. When the connection breaks nobody can know whether it did. Throws `Overtaken`. */
  write<R extends pg.QueryResultRow>(name: string, text: string, values: unknown[]): Promise<R[]>
  /** Repeats while others overtake; `tries` counts from 1. */
  settle<T>(attempt: (tries: number) => Promise<T>): Promise<T>
  close(): Promise<void>
}

const types = {
  getTypeParser: (oid: number, format?: string) =>
    oid === 20 && format !== 'binary' ? (text: string) => BigInt(text) : pg.types.getTypeParser(oid, format as 'text'),
} as pg.CustomTypesConfig

/** Opens the processor's books on connections of their own: what it did stays done when our transaction rolls back. */
export async function openBooks(databaseUrl: string, clock: Clock): Promise<Books> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    types,
    max: 8,
    connectionTimeoutMillis: 3_000,
    statement_timeout: 10_000,
    application_name: 'paume-sandbox-processor',
  })
  pool.on('error', () => {})
  // A connection may be cut in the very moment it is handed out, before whoever asked for it listens.
  pool.on('connect', (client) => client.on('error', () => {}))
  await inBooks(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [SCHEMA_LOCK])
    await client.query(SCHEMA)
    await client.query('insert into sandbox_processor.setting (webhook_secret) values ($1) on conflict do nothing', [
      `sbx_whsec_${randomBytes(24).toString('base64url')}`,
    ])
  })
  return {
    pool,
    timeOf: (setting) => new Date(clock.nowMs() + Number(setting.clock_offset_ms)),
    look: (name, text, values) => statement(pool, 'not_performed', { name, text, values }),
    write: (name, text, values) => statement(pool, 'lost', { name, text, values }),
    async settle(attempt) {
      for (let tries = 1; ; tries++) {
        try {
          return await attempt(tries)
        } catch (error) {
          if (!(error instanceof Overtaken)) throw error
          if (tries >= MAX_TRIES) throw new ProcessorFailure('not_performed', 'busy')
        }
      }
    },
    close: () => pool.end(),
  }
}

const connect = (pool: pg.Pool): Promise<pg.PoolClient> =>
  pool.connect().catch((error: unknown) => {
    throw new ProcessorFailure('not_performed', 'unreachable', { cause: error })
  })

async function statement<R extends pg.QueryResultRow>(
  pool: pg.Pool,
  whenBroken: 'not_performed' | 'lost',
  query: pg.QueryConfig,
): Promise<R[]> {
  const client = await connect(pool)
  let broken: Error | undefined
  const noteBreak = (error: Error) => {
    broken = error
  }
  client.on('error', noteBreak)
  try {
    return (await client.query<R>(query)).rows
  } catch (error) {
    const state = (error as { code?: string }).code
    if (state === UNIQUE_VIOLATION) throw new Overtaken()
    // Without an answer of the database in SQL the connection is not to be trusted any more.
    if (state?.length !== 5) broken ??= error as Error
    throw new ProcessorFailure(whenBroken, 'connection_broken', { cause: error })
  } finally {
    client.off('error', noteBreak)
    client.release(broken)
  }
}

/** One transaction of the processor. A broken connection may have lost the reply of a commit: the caller cannot know. */
export async function inBooks<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await connect(pool)
  let broken: Error | undefined
  const noteBreak = (error: Error) => {
    broken = error
  }
  client.on('error', noteBreak)
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(noteBreak)
    if (error instanceof ProcessorFailure) throw error
    throw new ProcessorFailure('lost', 'connection_broken', { cause: error })
  } finally {
    client.off('error', noteBreak)
    client.release(broken)
  }
}

/** Rows on their way into `jsonb_to_recordset`, which reads amounts as text without losing a digit. */
export const asJson = (rows: object[]): string =>
  JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))

/** Writes events, a parameter of JSON (e.g. `$3`), if the named part of the statement has a row; it must not have two. */
export const INSERT_EVENTS = (parameter: string, onlyIf: string): string =>
  `insert into sandbox_processor.event (id, type, object, occurs_at)
   select r.id, r.type, r.object, r.occurs_at
     from ${onlyIf}, jsonb_to_recordset(${parameter}) as r(id text, type text, object jsonb, occurs_at timestamptz)`

const SETTING = `(select to_jsonb(s) from sandbox_processor.setting s)`
/** One charge (or none) beside the setting and what else a decision needs. JSON would round large amounts: they travel as text. */
const RECORD = `
  to_jsonb(c) || jsonb_build_object('amount_minor', c.amount_minor::text) as charge,
  (select jsonb_agg(to_jsonb(o) || jsonb_build_object('amount_minor', o.amount_minor::text) order by o.seq)
     from sandbox_processor.operation o where o.charge_ref = c.ref) as operations,
  (select jsonb_agg(to_jsonb(d) - 'evidence' order by d.opens_at, d.ref)
     from sandbox_processor.dispute d where d.charge_ref = c.ref) as disputes`

type Json = Record<string, unknown>
type RecordRow = { setting: Setting; charge: Json | null; operations: Json[] | null; disputes: Json[] | null }

const date = (value: unknown) => (value === null || value === undefined ? null : new Date(value as string))

export function recordOf(row: Omit<RecordRow, 'setting'>): ChargeRecord | null {
  if (row.charge === null) return null
  const { amount_minor, decided_at, capturable_until, ...charge } = row.charge
  return {
    charge: {
      ...charge,
      amount_minor: BigInt(amount_minor as string),
      decided_at: date(decided_at),
      capturable_until: date(capturable_until),
    } as ChargeRow,
    operations: (row.operations ?? []).map(
      (o) =>
        ({
          ...o,
          amount_minor: BigInt(o.amount_minor as string),
          created_at: date(o.created_at),
          settles_at: date(o.settles_at),
        }) as OperationRow,
    ),
    disputes: (row.disputes ?? []).map(
      (d) =>
        ({
          ...d,
          opens_at: date(d.opens_at),
          due_at: date(d.due_at),
          answered_at: date(d.answered_at),
          ruled_at: date(d.ruled_at),
        }) as DisputeRow,
    ),
  }
}

export type Found = { setting: Setting; now: Date; record: ChargeRecord | null }

/** The charge that fits, with the setting of the books. */
export async function findCharge(books: Books, by: { key: string } | { ref: string }): Promise<Found> {
  const [column, value] = 'key' in by ? ['key', by.key] : ['ref', by.ref]
  const text = `select ${SETTING} as setting, found.* from (values (1)) one left join lateral
    (select ${RECORD} from sandbox_processor.charge c where c.${column} = $1) found on true`
  const [row] = await books.look<RecordRow>(`charge-by-${column}`, text, [value])
  return { setting: row!.setting, now: books.timeOf(row!.setting), record: recordOf(row!) }
}

/** Every charge with a dispute that opens before a moment. */
export async function disputedCharges(books: Books, before: Date): Promise<ChargeRecord[]> {
  const text = `select ${RECORD} from sandbox_processor.charge c
    where c.ref in (select charge_ref from sandbox_processor.dispute where opens_at < $1)`
  const rows = await books.look<RecordRow>('disputed-charges', text, [before])
  return rows.map((row) => recordOf(row)!)
}

export async function readSetting(books: Books): Promise<{ setting: Setting; now: Date }> {
  const [row] = await books.look<{ setting: Setting }>('setting', `select ${SETTING} as setting`, [])
  return { setting: row!.setting, now: books.timeOf(row!.setting) }
}
