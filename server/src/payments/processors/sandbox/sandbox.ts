import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import type { Clock } from '../../../clock.ts'
import {
  type AuthoriseRequest,
  type Charge,
  type FollowUp,
  type InstrumentState,
  type Processor,
  type ProcessorCapabilities,
  ProcessorFailure,
  type SavedCard,
  type SettlementLine,
  type Setup,
  type SetupState,
} from '../processor.ts'
import { fingerprint, type InstrumentRow, inBooks, openBooks, readCharge } from './books.ts'
import { type Chaos, throughChaos } from './chaos.ts'
import { confirmSetup, type SetupConfirmation, type TypedCard } from './setups.ts'

/** How long an authorisation stands, ms: 7 days, as card schemes give for most shops. */
const AUTHORISATION_TTL_MS = 7 * 24 * 3_600_000
/** When a refund that takes a while is decided, ms. */
export const SLOW_REFUND_MS = 5_000

export type SandboxProcessor = Processor & {
  /** The processor's own address: a page posts the card here, never to the shop. */
  confirmSetup(setupId: string, card: TypedCard): Promise<SetupConfirmation>
  close(): Promise<void>
}

export type SandboxOptions = {
  databaseUrl: string
  clock: Clock
  chaos: Chaos
  /** The sandbox must never stand where real money is expected. */
  mode: 'sandbox' | 'production'
}

const CAPABILITIES: ProcessorCapabilities = {
  increments: false,
  overCapture: false,
  partialCapture: true,
  cloneInstruments: false,
  webhooks: false,
  disputes: false,
  authorisationTtlMs: AUTHORISATION_TTL_MS,
}

const newRef = (prefix: string) => `sbx_${prefix}_${randomBytes(12).toString('hex')}`
const unsupported = (what: string) => Promise.reject(new ProcessorFailure('unsupported', what))

/**
 * A card processor that lives in this machine but behaves like one outside: its books are its own, its effects do not roll back
 * with ours, its replies can be lost. Refuses to open in production.
 */
export async function openSandboxProcessor(options: SandboxOptions): Promise<SandboxProcessor> {
  if (options.mode !== 'sandbox') throw new Error('the sandbox processor refuses to start in production')
  const { clock, chaos } = options
  const pool = await openBooks(options.databaseUrl)
  const now = () => new Date(clock.nowMs())
  const follow = (kind: 'capture' | 'void' | 'refund') => (request: FollowUp) =>
    throughChaos(chaos, kind, () => inBooks(pool, (client) => followUp(client, kind, request, now())))
  return {
    name: 'sandbox',
    sandbox: true,
    capabilities: CAPABILITIES,
    createSetup: ({ setupId }) => throughChaos(chaos, 'createSetup', () => createSetup(pool, setupId, now())),
    fetchSetup: (setupId) => throughChaos(chaos, 'fetchSetup', () => fetchSetup(pool, setupId)),
    confirmSetup: (setupId, card) => confirmSetup(pool, setupId, card, now()),
    forgetInstrument: (token) => forget(pool, token),
    authorise: (request) =>
      throughChaos(chaos, 'authorise', () => inBooks(pool, (client) => authorise(client, request, now()))),
    increment: () => unsupported('increment'),
    capture: follow('capture'),
    void: follow('void'),
    refund: follow('refund'),
    cloneInstrument: () => unsupported('clone_instrument'),
    fetchInstrument: (token) => fetchInstrument(pool, token, now()),
    parseWebhook: () => unsupported('webhooks'),
    fetchDispute: () => unsupported('disputes'),
    submitEvidence: () => unsupported('disputes'),
    fetch: (by) =>
      throughChaos(chaos, 'fetch', () =>
        inBooks(pool, async (client) => (await readCharge(client, by, { lock: false }, now()))?.charge ?? null),
      ),
    listSettlement: (range) => listSettlement(pool, range, now()),
    close: () => pool.end(),
  }
}

const createSetup = (pool: pg.Pool, setupId: string, now: Date): Promise<Setup> =>
  inBooks(pool, async (client) => {
    const made = await client.query<{ client_secret: string }>(
      `insert into sandbox_processor.setup (setup_id, client_secret, created_at) values ($1, $2, $3)
       on conflict (setup_id) do update set setup_id = excluded.setup_id returning client_secret`,
      [setupId, randomBytes(18).toString('base64url'), now],
    )
    return {
      setupId,
      clientSecret: made.rows[0]!.client_secret,
      confirmUrl: `/sandbox/processor/setups/${setupId}`,
      form: { kind: 'sandbox' },
    }
  })

const savedCard = (row: InstrumentRow): SavedCard => ({
  token: row.token,
  brand: row.brand,
  last4: row.last4,
  expiryMonth: row.expiry_month,
  expiryYear: row.expiry_year,
})

const fetchInstrument = (pool: pg.Pool, token: string, now: Date): Promise<InstrumentState | null> =>
  inBooks(pool, async (client) => {
    const found = await client.query<InstrumentRow>('select * from sandbox_processor.instrument where token = $1', [
      token,
    ])
    const row = found.rows[0]
    if (!row) return null
    if (row.forgotten) return { kind: 'unusable', reason: 'forgotten' }
    // A card is good to the last day of its month.
    const { expiry_year: year, expiry_month: month } = row
    if (year !== null && month !== null && Date.UTC(year, month, 1) <= now.getTime())
      return { kind: 'unusable', reason: 'card_expired' }
    return { kind: 'usable', ...savedCard(row) }
  })

const fetchSetup = (pool: pg.Pool, setupId: string): Promise<SetupState | null> =>
  inBooks(pool, async (client) => {
    const found = await client.query<{ token: string | null; refused: string | null } & Partial<InstrumentRow>>(
      `select s.token, s.refused, i.brand, i.last4, i.expiry_month, i.expiry_year from sandbox_processor.setup s
         left join sandbox_processor.instrument i on i.token = s.token where s.setup_id = $1`,
      [setupId],
    )
    const row = found.rows[0]
    if (!row) return null
    if (row.token !== null) return { kind: 'succeeded', ...savedCard({ ...(row as InstrumentRow), token: row.token }) }
    return row.refused === null ? { kind: 'open' } : { kind: 'failed', reason: row.refused as 'card_declined' }
  })

const forget = (pool: pg.Pool, token: string): Promise<void> =>
  inBooks(pool, async (client) => {
    await client.query('update sandbox_processor.instrument set forgotten = true where token = $1', [token])
  })

async function authorise(client: pg.PoolClient, request: AuthoriseRequest, now: Date): Promise<Charge> {
  const hash = fingerprint(request.token, request.amountMinor, request.currency, request.initiator, request.capture)
  const found = await client.query<InstrumentRow>('select * from sandbox_processor.instrument where token = $1', [
    request.token,
  ])
  const card = found.rows[0]
  if (!card || card.forgotten) throw new ProcessorFailure('refused', 'instrument_unknown')
  const declined = card.outcome.atCharge
  // The second of two calls with one key waits here for the first to commit, then finds its row.
  await client.query(
    `insert into sandbox_processor.charge
       (ref, key, request_sha256, token, amount_minor, currency, declined, decided_at, capturable_until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (key) do nothing`,
    [
      newRef('ch'),
      request.key,
      hash,
      request.token,
      request.amountMinor,
      request.currency,
      declined,
      now,
      declined === null ? new Date(now.getTime() + AUTHORISATION_TTL_MS) : null,
    ],
  )
  const stored = await readCharge(client, { key: request.key }, { lock: true }, now)
  if (stored!.row.request_sha256 !== hash) throw new ProcessorFailure('refused', 'key_of_another_request')
  if (request.capture === 'manual' || stored!.charge.state !== 'authorised') return stored!.charge
  return followUp(
    client,
    'capture',
    { key: `${request.key}:capture`, chargeRef: stored!.row.ref, amountMinor: request.amountMinor },
    now,
  )
}

/** Why the processor will not, or null. */
function refusal(kind: 'capture' | 'void' | 'refund', charge: Charge, amountMinor: bigint): string | null {
  if (amountMinor <= 0n) return 'amount_invalid'
  if (kind === 'refund') {
    if (charge.state !== 'captured') return 'charge_not_captured'
    const claimed = charge.operations
      .filter((operation) => operation.kind === 'refund' && operation.state !== 'failed')
      .reduce((sum, operation) => sum + operation.amountMinor, 0n)
    return claimed + amountMinor > charge.capturedMinor ? 'amount_exceeds' : null
  }
  if (charge.state === 'authorised') return amountMinor > charge.amountMinor ? 'amount_exceeds' : null
  return `charge_${charge.state}`
}

async function followUp(
  client: pg.PoolClient,
  kind: 'capture' | 'void' | 'refund',
  request: FollowUp,
  now: Date,
): Promise<Charge> {
  const hash = fingerprint(kind, request.chargeRef, request.amountMinor)
  const stored = await readCharge(client, { ref: request.chargeRef }, { lock: true }, now)
  if (!stored) throw new ProcessorFailure('refused', 'charge_unknown')
  const before = await client.query<{ request_sha256: string }>(
    'select request_sha256 from sandbox_processor.operation where key = $1',
    [request.key],
  )
  if (before.rows[0]) {
    if (before.rows[0].request_sha256 !== hash) throw new ProcessorFailure('refused', 'key_of_another_request')
    return stored.charge
  }
  const reason = refusal(kind, stored.charge, request.amountMinor)
  if (reason !== null) throw new ProcessorFailure('refused', reason)
  const card = await client.query<InstrumentRow>('select * from sandbox_processor.instrument where token = $1', [
    stored.row.token,
  ])
  const behaviour = kind === 'refund' ? (card.rows[0]?.outcome.refunds ?? 'at_once') : 'at_once'
  await client.query(
    `insert into sandbox_processor.operation (key, request_sha256, ref, charge_ref, kind, amount_minor, created_at, settles_at, fails)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      request.key,
      hash,
      newRef(kind.slice(0, 2)),
      request.chargeRef,
      kind,
      request.amountMinor,
      now,
      behaviour === 'at_once' ? null : new Date(now.getTime() + SLOW_REFUND_MS),
      behaviour === 'fails_later',
    ],
  )
  if (kind === 'void')
    await client.query('update sandbox_processor.charge set voided = true where ref = $1', [request.chargeRef])
  return (await readCharge(client, { ref: request.chargeRef }, { lock: false }, now))!.charge
}

const listSettlement = (pool: pg.Pool, range: { from: Date; to: Date }, now: Date): Promise<SettlementLine[]> =>
  inBooks(pool, async (client) => {
    const found = await client.query<Omit<SettlementLine, 'feeMinor' | 'batchRef'>>(
      `select c.key as "chargeKey", o.kind, o.key, c.currency, coalesce(o.settles_at, o.created_at) as at,
              case o.kind when 'refund' then -o.amount_minor else o.amount_minor end as "amountMinor"
         from sandbox_processor.operation o join sandbox_processor.charge c on c.ref = o.charge_ref
        where o.kind in ('capture', 'refund') and not o.fails
          and coalesce(o.settles_at, o.created_at) >= $1 and coalesce(o.settles_at, o.created_at) < $2
          and coalesce(o.settles_at, o.created_at) <= $3
        order by o.created_at, o.key`,
      [range.from, range.to, now],
    )
    return found.rows.map((line) => ({
      ...line,
      feeMinor: 0n,
      batchRef: `sbx_batch_${line.at.toISOString().slice(0, 10)}`,
    }))
  })
