import { createHash } from 'node:crypto'
import pg from 'pg'
import {
  type Charge,
  type ChargeOperation,
  type ChargeState,
  type MoneyReason,
  ProcessorFailure,
} from '../processor.ts'
import type { CardOutcome } from './cards.ts'

/** The sandbox processor's own schema. It makes it itself: our migrations know nothing of it, as of any outside processor's. */
const SCHEMA = `
  create schema if not exists sandbox_processor;
  create table if not exists sandbox_processor.setup (
    setup_id text primary key, client_secret text not null, token text, refused text, attempts integer not null default 0,
    created_at timestamptz not null);
  create table if not exists sandbox_processor.instrument (
    token text primary key, brand text not null, last4 text not null, outcome jsonb not null, forgotten boolean not null default false);
  create table if not exists sandbox_processor.charge (
    ref text primary key, key text not null unique, request_sha256 text not null, token text not null, amount_minor bigint not null,
    currency text not null, declined text, voided boolean not null default false, decided_at timestamptz not null,
    capturable_until timestamptz);
  create table if not exists sandbox_processor.operation (
    key text primary key, request_sha256 text not null, ref text not null unique, charge_ref text not null, kind text not null,
    amount_minor bigint not null, created_at timestamptz not null, settles_at timestamptz, fails boolean not null default false);
  alter table sandbox_processor.instrument add column if not exists expiry_month integer, add column if not exists expiry_year integer;
  create index if not exists operation_of on sandbox_processor.operation (charge_ref);
`
/** "SAND" in ASCII: two nodes that start together make the schema once. */
const SCHEMA_LOCK = 0x53414e44

export type ChargeRow = {
  ref: string
  key: string
  request_sha256: string
  token: string
  amount_minor: bigint
  currency: string
  declined: MoneyReason | null
  voided: boolean
  decided_at: Date
  capturable_until: Date | null
}
export type OperationRow = {
  key: string
  request_sha256: string
  ref: string
  charge_ref: string
  kind: ChargeOperation['kind']
  amount_minor: bigint
  created_at: Date
  settles_at: Date | null
  fails: boolean
}
export type InstrumentRow = {
  token: string
  brand: string
  last4: string
  /** null: saved by a version that kept no date. */
  expiry_month: number | null
  expiry_year: number | null
  outcome: CardOutcome
  forgotten: boolean
}

const types = {
  getTypeParser: (oid: number, format?: string) =>
    oid === 20 && format !== 'binary' ? (text: string) => BigInt(text) : pg.types.getTypeParser(oid, format as 'text'),
} as pg.CustomTypesConfig

/** Opens the processor's books on connections of their own: what it did stays done when our transaction rolls back. */
export async function openBooks(databaseUrl: string): Promise<pg.Pool> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    types,
    max: 4,
    connectionTimeoutMillis: 3_000,
    statement_timeout: 10_000,
    application_name: 'paume-sandbox-processor',
  })
  pool.on('error', () => {})
  await inBooks(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [SCHEMA_LOCK])
    await client.query(SCHEMA)
  })
  return pool
}

/** One transaction of the processor. A broken connection may have lost the reply of a commit: the caller cannot know. */
export async function inBooks<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw new ProcessorFailure('not_performed', 'unreachable', { cause: error })
  })
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

export const fingerprint = (...parts: (string | bigint)[]): string =>
  createHash('sha256')
    .update(JSON.stringify(parts.map(String)))
    .digest('hex')

function operationOf(row: OperationRow, now: Date): ChargeOperation {
  const settled = row.settles_at === null || row.settles_at <= now
  const state = !settled ? 'pending' : row.fails ? 'failed' : 'succeeded'
  return {
    key: row.key,
    kind: row.kind,
    amountMinor: row.amount_minor,
    state,
    ...(state === 'failed' ? { reason: 'refund_refused_by_issuer' } : {}),
    ref: row.ref,
  }
}

/** The charge as the books have it at `now`. */
export function chargeOf(row: ChargeRow, operationRows: OperationRow[], now: Date): Charge {
  const operations = operationRows.map((operation) => operationOf(operation, now))
  const done = (kind: ChargeOperation['kind']) =>
    operations
      .filter((operation) => operation.kind === kind && operation.state === 'succeeded')
      .reduce((sum, operation) => sum + operation.amountMinor, 0n)
  const capturedMinor = done('capture')
  const lapsed = row.capturable_until !== null && row.capturable_until <= now
  const state: ChargeState =
    row.declined !== null
      ? 'declined'
      : row.voided
        ? 'voided'
        : capturedMinor > 0n
          ? 'captured'
          : lapsed
            ? 'lapsed'
            : 'authorised'
  return {
    ref: row.ref,
    key: row.key,
    state,
    ...(row.declined === null ? {} : { declineReason: row.declined }),
    amountMinor: row.amount_minor,
    maximumCaptureMinor: row.amount_minor,
    capturedMinor,
    refundedMinor: done('refund'),
    currency: row.currency,
    decidedAt: row.decided_at,
    capturableUntil: row.capturable_until,
    operations,
  }
}

export async function readCharge(
  client: pg.PoolClient,
  by: { key: string } | { ref: string },
  options: { lock: boolean },
  now: Date,
): Promise<{ row: ChargeRow; charge: Charge } | null> {
  const [column, value] = 'key' in by ? ['key', by.key] : ['ref', by.ref]
  const found = await client.query<ChargeRow>(
    `select * from sandbox_processor.charge where ${column} = $1 ${options.lock ? 'for update' : ''}`,
    [value],
  )
  const row = found.rows[0]
  if (!row) return null
  const operations = await client.query<OperationRow>(
    'select * from sandbox_processor.operation where charge_ref = $1 order by created_at, key',
    [row.ref],
  )
  return { row, charge: chargeOf(row, operations.rows, now) }
}
