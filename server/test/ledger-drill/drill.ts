import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { sql } from 'kysely'
import type pg from 'pg'
import { type Db, withTransaction } from '../../src/database.ts'
import { closeDueDays } from '../../src/payments/ledger/days.ts'
import { ONE_STEP_KINDS, TWO_STEP_KINDS } from '../../src/payments/ledger/journals.ts'
import { holdTransfer, postTransfer, raiseTransfer, settleTransfer } from '../../src/payments/ledger/store.ts'
import { type DayBalance, firstBrokenDay, makeTrialBalances } from '../../src/payments/ledger/trial-balances.ts'
import { Crash, mortalDatabase } from './crashes.ts'
import { Model, type Operation } from './model.ts'

/** A step: an operation or a look at the calendar, some time after the one before, and perhaps a death on the way. */
export type Step = {
  operation: Operation | { do: 'close' }
  afterMs: number
  crash: { at: number | 'commit'; after: boolean } | null
}
export type Counts = {
  sequences: number
  operations: number
  refused: number
  crashes: number
  committedCrashes: number
  days: number
}

const amount = fc.oneof(fc.bigInt({ min: 1n, max: 50_000n }), fc.constant(1n), fc.constant(999_999_999_999n))
const which = fc.nat({ max: 4 })
const operation: fc.Arbitrary<Step['operation']> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('hold' as const),
      kind: fc.constantFrom('charge' as const, ...TWO_STEP_KINDS),
      amountMinor: amount,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('raise' as const), which, byMinor: fc.oneof(amount, fc.constant(0n)) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('post' as const),
      which,
      part: fc.oneof(
        { weight: 3, arbitrary: fc.constant(1_000) },
        { weight: 2, arbitrary: fc.integer({ min: 0, max: 2_100 }) },
      ),
      allowed: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('void' as const), which }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('move' as const),
      kind: fc.constantFrom(...ONE_STEP_KINDS),
      amountMinor: fc.bigInt({ min: -500n, max: 5_000n }),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'close' as const }) },
)
const step: fc.Arbitrary<Step> = fc.record({
  operation,
  afterMs: fc.integer({ min: 0, max: 14 * 3_600_000 }),
  crash: fc.option(
    fc.record({ at: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constant('commit' as const)), after: fc.boolean() }),
    { freq: 3, nil: null },
  ),
})
export const anySequence = fc.array(step, { minLength: 4, maxLength: 22 })

const START_MS = Date.parse('2026-11-23T06:00:00Z')

/** One sequence on a book of its own, held against the model after every step. Throws at the first thing that differs. */
export async function playSequence(pool: pg.Pool, steps: readonly Step[], counts: Counts): Promise<void> {
  const { db, plan } = mortalDatabase(pool)
  const book = { organisationId: `org_${randomUUID()}`, currency: 'EUR' }
  const model = new Model()
  const ids: string[] = []
  const days: DayBalance[] = []
  /** What the books said from a moment on. */
  const history: { atMs: number; balances: Record<string, bigint> }[] = []
  let nowMs = START_MS
  const close = async () => {
    await closeDueDays(db, book, new Date(nowMs))
    days.push(...(await makeTrialBalances(db, book, new Date(nowMs))))
  }
  for (const { operation, afterMs, crash } of steps) {
    nowMs += afterMs
    const now = new Date(nowMs)
    const id = randomUUID()
    const work =
      operation.do === 'close'
        ? close
        : () => withTransaction(db, (tx) => perform(tx, book, model, ids, operation, id, now))
    Object.assign(plan, { at: crash?.at ?? null, after: crash?.after ?? false, committed: false })
    let outcome = await attempt(work)
    plan.at = null
    if (outcome === 'crashed') {
      counts.crashes += 1
      if (plan.committed) counts.committedCrashes += 1
      const committed = operation.do !== 'close' && plan.committed
      if (committed) note(operation)
      await expectBooks(db, book, model, ids)
      // The next process takes it up again, not knowing whether it was done. What was done is refused, once and for all.
      outcome = await attempt(work)
      strictEqual(outcome === 'done' && committed, false, 'done a second time')
      if (committed) continue
    }
    if (operation.do === 'close') {
      strictEqual(outcome, 'done', 'a day can always be closed')
      continue
    }
    counts.operations += 1
    strictEqual(outcome, model.allows(operation) ? 'done' : 'refused', JSON.stringify(operation, plain))
    if (outcome === 'done') note(operation)
    else counts.refused += 1
    await expectBooks(db, book, model, ids)
    function note(done: Operation) {
      model.apply(done)
      if (done.do === 'hold') ids.push(id)
      history.push({ atMs: nowMs, balances: model.balances() })
    }
  }
  nowMs += 2 * 86_400_000
  await close()
  counts.days += await expectDays(db, book, history)
  counts.sequences += 1
}

const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)

async function attempt(work: () => Promise<unknown>): Promise<'done' | 'refused' | 'crashed'> {
  try {
    await work()
    return 'done'
  } catch (error) {
    return error instanceof Crash ? 'crashed' : 'refused'
  }
}

type Tx = Parameters<Parameters<typeof withTransaction>[1]>[0]
async function perform(
  tx: Tx,
  book: { organisationId: string; currency: string },
  model: Model,
  ids: string[],
  operation: Operation,
  id: string,
  now: Date,
): Promise<void> {
  if (operation.do === 'hold') {
    return holdTransfer(
      tx,
      { ...book, id, paymentId: null, kind: operation.kind, amountMinor: operation.amountMinor },
      now,
    )
  }
  if (operation.do === 'move') {
    return postTransfer(
      tx,
      { ...book, id, paymentId: null, kind: operation.kind, amountMinor: operation.amountMinor },
      now,
    )
  }
  const target = ids[operation.which] ?? 'none'
  if (operation.do === 'raise') return raiseTransfer(tx, target, { operationId: id, byMinor: operation.byMinor }, now)
  if (operation.do === 'void') return settleTransfer(tx, target, { kind: 'void' }, now)
  const transfer = model.transfers[operation.which]
  const postedMinor = transfer === undefined ? 1n : model.postedOf(operation)
  const atMostMinor = operation.allowed && transfer !== undefined ? transfer.heldMinor * 2n : undefined
  return settleTransfer(tx, target, { kind: 'post', postedMinor, atMostMinor }, now)
}

/** Balances and transfers are the model's, and everything sums to zero. */
async function expectBooks(db: Db, book: { organisationId: string }, model: Model, ids: string[]): Promise<void> {
  const { rows } = await sql<{ kind: string; minor: bigint }>`
    select a.kind, sum(e.amount_minor)::bigint as minor from ledger_account a join ledger_entry e on e.account_id = a.id
     where a.organisation_id = ${book.organisationId} group by a.kind having sum(e.amount_minor) <> 0`.execute(db)
  const balances = Object.fromEntries(rows.map(({ kind, minor }) => [kind, minor]))
  const wanted = model.balances()
  deepStrictEqual(sorted(balances), sorted(wanted))
  strictEqual(
    rows.reduce((sum, { minor }) => sum + minor, 0n),
    0n,
  )
  const { rows: transfers } = await sql<{ id: string; state: string; held: bigint; posted: bigint }>`
    select id, state, amount_minor + raised_minor as held, posted_minor as posted from ledger_transfer
     where organisation_id = ${book.organisationId} and id = any(${ids}::text[])`.execute(db)
  const found = new Map(transfers.map((transfer) => [transfer.id, transfer]))
  for (const [i, { state, heldMinor, postedMinor }] of model.transfers.entries()) {
    deepStrictEqual(found.get(ids[i]!), { id: ids[i], state, held: heldMinor, posted: postedMinor })
  }
}

const sorted = (record: Record<string, bigint>) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))

/** Every day is there once, balances, says what the model said at its end, and the chain holds. Answers how many there are. */
async function expectDays(
  db: Db,
  book: { organisationId: string; currency: string },
  history: { atMs: number; balances: Record<string, bigint> }[],
): Promise<number> {
  strictEqual(await firstBrokenDay(db, book), null)
  const { rows } = await sql<{ sequence: number; endsAt: Date; findings: string[]; accounts: string }>`
    select b.sequence, d.ends_at as "endsAt", b.findings, b.accounts
      from ledger_trial_balance b join ledger_closed_day d using (organisation_id, currency, day)
     where b.organisation_id = ${book.organisationId} order by b.sequence`.execute(db)
  ok(history.length === 0 || rows.length > 0)
  for (const [i, day] of rows.entries()) {
    strictEqual(day.sequence, i + 1)
    deepStrictEqual(day.findings, [])
    const accounts = JSON.parse(day.accounts) as { kind: string; closingMinor: string }[]
    const closing = Object.fromEntries(
      accounts.filter((a) => a.closingMinor !== '0').map((a) => [a.kind, BigInt(a.closingMinor)]),
    )
    const last = history.filter(({ atMs }) => atMs < day.endsAt.getTime()).at(-1)
    deepStrictEqual(sorted(closing), sorted(last?.balances ?? {}))
  }
  return rows.length
}

export const noCounts = (): Counts => ({
  sequences: 0,
  operations: 0,
  refused: 0,
  crashes: 0,
  committedCrashes: 0,
  days: 0,
})
