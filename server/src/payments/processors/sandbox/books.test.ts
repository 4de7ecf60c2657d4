import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../../../../test/test-database.ts'
import { movableClock } from '../../../clock.ts'
import { ProcessorFailure } from '../processor.ts'
import { followUpOf, requestOf } from '../processor-contract/bench.ts'
import { calm, PROCESSOR_CALLS } from './chaos.ts'
import { openSandboxProcessor } from './sandbox.ts'
import { type SandboxBench, sandboxBench } from './sandbox-bench.test-data.ts'

/** The books as version 0.1.0 made them, with a card, an authorisation and a captured charge in them. */
const BOOKS_OF_0_1 = `
  create schema sandbox_processor;
  create table sandbox_processor.setup (
    setup_id text primary key, client_secret text not null, token text, refused text, attempts integer not null default 0,
    created_at timestamptz not null);
  create table sandbox_processor.instrument (
    token text primary key, brand text not null, last4 text not null, outcome jsonb not null, forgotten boolean not null default false);
  create table sandbox_processor.charge (
    ref text primary key, key text not null unique, request_sha256 text not null, token text not null, amount_minor bigint not null,
    currency text not null, declined text, voided boolean not null default false, decided_at timestamptz not null,
    capturable_until timestamptz);
  create table sandbox_processor.operation (
    key text primary key, request_sha256 text not null, ref text not null unique, charge_ref text not null, kind text not null,
    amount_minor bigint not null, created_at timestamptz not null, settles_at timestamptz, fails boolean not null default false);
  create index operation_of on sandbox_processor.operation (charge_ref);
  insert into sandbox_processor.instrument (token, brand, last4, outcome)
    values ('tok', 'visa', '4242', '{"atSetup":null,"atCharge":null,"refunds":"at_once"}');
  insert into sandbox_processor.charge (ref, key, request_sha256, token, amount_minor, currency, decided_at, capturable_until)
    values ('ch_open', 'pay_1', 'h', 'tok', 2340, 'USD', now(), now() + interval '7 days'),
           ('ch_paid', 'pay_2', 'h', 'tok', 9007199254740993, 'USD', now(), now() + interval '7 days');
  insert into sandbox_processor.operation (key, request_sha256, ref, charge_ref, kind, amount_minor, created_at)
    values ('pay_2:capture', 'h', 'ca_1', 'ch_paid', 'capture', 9007199254740993, now());
`

describe('books of an older version', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>
  beforeAll(async () => {
    database = await createTestDatabase()
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    await client.query(BOOKS_OF_0_1)
    await client.end()
  })
  afterAll(() => database.drop())

  it('are brought up to date by whichever node comes first, and lose nothing, not one minor unit', async () => {
    const options = { databaseUrl: database.url, clock: movableClock(), chaos: calm(), mode: 'sandbox' } as const
    const nodes = await Promise.all(Array.from({ length: 3 }, () => openSandboxProcessor(options)))
    const [sandbox] = nodes
    expect(await sandbox!.fetchInstrument('tok')).toMatchObject({ kind: 'usable', last4: '4242', expiryYear: null })
    expect(await sandbox!.fetch({ key: 'pay_2' })).toMatchObject({
      state: 'captured',
      capturedMinor: 9007199254740993n,
    })
    expect((await sandbox!.refund(followUpOf({ ref: 'ch_paid' }, 9007199254740992n))).refundedMinor).toBe(
      9007199254740992n,
    )
    expect(await sandbox!.capture(followUpOf({ ref: 'ch_open' }, 2340n))).toMatchObject({ state: 'captured' })
    expect((await sandbox!.authorise(requestOf('tok'))).state).toBe('authorised')
    const secrets = await Promise.all(nodes.map((node) => node.desk.webhookSecret()))
    expect(new Set(secrets).size).toBe(1)
    await Promise.all(nodes.map((node) => node.close()))
  })
})

describe('the clock of the processor', () => {
  let bench: SandboxBench
  beforeAll(async () => {
    bench = await sandboxBench()
  })
  afterAll(() => bench.close())

  it('is its own: it only goes forward, for every node, and ours stays', async () => {
    const { databaseUrl, clock } = bench
    const other = await openSandboxProcessor({ databaseUrl, clock, chaos: calm(), mode: 'sandbox' })
    const oursMs = clock.nowMs()
    await bench.processor.desk.moveClock(3_600_000)
    for (const { desk } of [bench.processor, other]) {
      const { now, aheadMs } = await desk.clock()
      expect(aheadMs).toBe(3_600_000)
      expect(now.getTime() - oursMs).toBeGreaterThanOrEqual(3_600_000)
    }
    expect(clock.nowMs() - oursMs).toBeLessThan(60_000)
    for (const byMs of [0, -1, 0.5, Number.NaN]) {
      await expect(bench.processor.desk.moveClock(byMs)).rejects.toMatchObject({ reason: 'clock_only_forward' })
    }
    await other.close()
  })

  it('dates what it decides', async () => {
    const charge = await bench.processor.authorise(requestOf(await bench.saveCard('approves')))
    expect(charge.decidedAt.getTime() - bench.clock.nowMs()).toBeGreaterThan(3_500_000)
  })
})

describe('the network between', () => {
  let bench: SandboxBench
  beforeAll(async () => {
    bench = await sandboxBench()
  })
  afterAll(() => bench.close())

  /** Each call of the port once, on things that exist. */
  async function calls(): Promise<Record<(typeof PROCESSOR_CALLS)[number], () => Promise<unknown>>> {
    const { processor } = bench
    const setupId = randomUUID()
    await processor.createSetup({ setupId })
    const token = await bench.saveCard('approves')
    const unwanted = await bench.saveCard('approves')
    const open = () => processor.authorise(requestOf(token))
    const [raised, taken, dropped] = [await open(), await open(), await open()]
    const paid = await processor.authorise(requestOf(token, { capture: 'automatic' }))
    const disputed = await processor.authorise(requestOf(token, { capture: 'automatic' }))
    const disputeRef = await bench.openDispute(disputed.ref)
    return {
      cancelSetup: () => processor.cancelSetup(setupId),
      createSetup: () => processor.createSetup({ setupId: randomUUID() }),
      fetchSetup: () => processor.fetchSetup(setupId),
      fetchInstrument: () => processor.fetchInstrument(token),
      cloneInstrument: () => processor.cloneInstrument({ token, merchantRef: 'acct_bakery' }),
      authorise: open,
      increment: () => processor.increment(followUpOf(raised, 1n)),
      capture: () => processor.capture(followUpOf(taken, 2340n)),
      void: () => processor.void(followUpOf(dropped, 2340n)),
      refund: () => processor.refund(followUpOf(paid, 1n)),
      fetch: () => processor.fetch({ ref: paid.ref }),
      fetchDispute: () => processor.fetchDispute(disputeRef),
      submitEvidence: () => processor.submitEvidence({ key: randomUUID(), disputeRef, evidence: [] }),
      listSettlement: () => processor.listSettlement({ from: new Date(0), to: new Date('2100-01-01') }),
      forgetInstrument: () => processor.forgetInstrument(unwanted),
    }
  }

  it('loses the reply of every call it is told to lose, once', async () => {
    const every = await calls()
    for (const call of PROCESSOR_CALLS) {
      bench.chaos.loseReplies[call] = 1
      await expect(every[call](), call).rejects.toMatchObject({ kind: 'lost', reason: 'reply_lost' })
      expect(bench.chaos.loseReplies[call]).toBe(0)
    }
  })

  it('lets no call through while it is down', async () => {
    const every = await calls()
    bench.chaos.down = true
    for (const call of PROCESSOR_CALLS) {
      await expect(every[call](), call).rejects.toMatchObject({ kind: 'not_performed' })
    }
    bench.chaos.down = false
    for (const call of PROCESSOR_CALLS) await every[call]()
  })

  it('takes its time before and after, when it is slow', async () => {
    const every = await calls()
    Object.assign(bench.chaos, { slowBeforeMs: 40, slowAfterMs: 40 })
    const beganMs = performance.now()
    await every.fetch()
    expect(performance.now() - beganMs).toBeGreaterThanOrEqual(75)
    Object.assign(bench.chaos, calm())
  })

  it('that breaks under a statement leaves nobody a false "nothing happened"', async () => {
    const { databaseUrl, clock } = bench
    const sandbox = await openSandboxProcessor({ databaseUrl, clock, chaos: calm(), mode: 'sandbox' })
    const token = await bench.saveCard('approves')
    const killer = new pg.Pool({ connectionString: databaseUrl })
    const asked = Array.from({ length: 60 }, () => requestOf(token))
    const tried = asked.map(async (request, index) => {
      if (index % 10 === 5) {
        await killer.query(`select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'paume-sandbox-processor' and datname = current_database()`)
      }
      return sandbox.authorise(request)
    })
    const outcomes = await Promise.allSettled(tried)
    await killer.end()
    for (const [index, outcome] of outcomes.entries()) {
      const known = await sandbox
        .fetch({ key: asked[index]!.key })
        .catch(() => sandbox.fetch({ key: asked[index]!.key }))
      if (outcome.status === 'fulfilled') expect(known?.ref).toBe(outcome.value.ref)
      else {
        expect(outcome.reason).toBeInstanceOf(ProcessorFailure)
        if ((outcome.reason as ProcessorFailure).kind === 'not_performed') expect(known).toBeNull()
      }
    }
    await sandbox.close()
  })
})
