import pg from 'pg'
import { afterAll, expect, it } from 'vitest'
import { isDatabaseGone } from '../src/database.ts'
import { openPaymentHouse, TILL } from './payment-house.ts'

/** Tables that a payment writes, each in a transaction of ours: after the intent, with the outcome, with what follows it. */
const PLACES = [
  'payment',
  'payment_operation',
  'payment_spent_assertion',
  'payment_idempotency',
  'payment_receipt',
  'ledger_transfer',
  'ledger_journal',
  'ledger_entry',
  'audit_entries',
]

const house = await openPaymentHouse()
const open = async () => {
  const client = new pg.Client({ connectionString: house.databaseUrl })
  await client.connect()
  return client
}
const [guard, operator] = [await open(), await open()]
afterAll(() => Promise.all([guard.end(), operator.end()]))

/** Connections that were cut in a transaction, and those of them that had written in it. */
const cut = { all: 0, withWrites: 0 }

/** Does `work`; as soon as it stands in a transaction before the table, the database loses that connection, as in a fail-over. */
async function breakAt(table: string, work: () => Promise<unknown>): Promise<'done' | 'broken'> {
  await guard.query(`begin; lock table ${table} in exclusive mode`)
  let outcome: 'done' | 'broken' | null = null
  let failure: unknown
  const working = work().then(
    () => (outcome = 'done'),
    (error: unknown) => {
      failure = error
      outcome = 'broken'
    },
  )
  while (outcome === null) {
    const { rows } = await operator.query<{ wrote: boolean }>(`
      select backend_xid is not null as wrote, pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and xact_start is not null`)
    cut.all += rows.length
    cut.withWrites += rows.filter(({ wrote }) => wrote).length
    if (rows.length === 0) await new Promise((done) => setTimeout(done, 10))
  }
  await guard.query('rollback')
  await working
  // The failure is the one of the database, and never a verdict about the money.
  if (outcome === 'broken') expect([failure, isDatabaseGone(failure)]).toEqual([failure, true])
  return outcome
}
async function settled() {
  for (let round = 0; round < 4; round++) {
    house.clock.moveMs(9_000)
    expect((await house.reconcile()).failures).toEqual([])
  }
}
const operationsOf = async (id: string) => (await house.charge(id))?.operations.map(({ kind }) => kind) ?? []

it('the database fails over while a payment is written: it ends paid once or not at all, wherever it broke', async () => {
  const ends: string[] = []
  for (const table of PLACES) {
    const { id } = await house.create({}, house.newTerminal())
    await house.hover(id)
    const assertion = await house.assert(id, await house.shopper())
    await breakAt(table, () => house.payments.authorise(id, assertion))
    await settled()
    // The terminal asks again with what it holds, and the till gives up in the end: neither may charge a second time.
    await house.payments.authorise(id, assertion).catch(() => {})
    await settled()
    await house.payments.cancel(TILL, id).catch(() => {})
    await settled()
    const { state, capturedMinor } = await house.payments.byId(id)
    ends.push(`${table}: ${state} ${capturedMinor} ${await operationsOf(id)}`)
    expect(['approved', 'cancelled', 'declined', 'expired']).toContain(state)
    expect([table, capturedMinor]).toEqual([table, state === 'approved' ? 2340 : 0])
    if (state === 'approved') expect(await operationsOf(id)).toEqual(['capture'])
  }
  expect(cut.withWrites, ends.join('\n')).toBeGreaterThan(2)
}, 60_000)

it.each(['capture', 'refund', 'increment'] as const)(
  'the database fails over during a %s: the till asks again with its key, and it is done once',
  async (step) => {
    for (const table of PLACES) {
      const { id } = await house.create(
        { capture: step === 'refund' ? 'automatic' : 'manual', amountMinor: 10_000 },
        house.newTerminal(),
      )
      await house.pay(id, await house.shopper())
      const key = `${step}-${table}`
      const ask = () =>
        step === 'capture' ? house.capture(id, 7_000, key) : house[step](id, step === 'refund' ? 3_000 : 500, key)
      await breakAt(table, ask)
      await settled()
      await ask()
      await settled()
      const payment = await house.payments.byId(id)
      const done = { capture: payment.capturedMinor, refund: payment.refundedMinor, increment: payment.authorisedMinor }
      expect([table, done[step]]).toEqual([table, { capture: 7_000, refund: 3_000, increment: 10_500 }[step]])
      expect((await operationsOf(id)).filter((kind) => kind === step)).toEqual([step])
    }
  },
  60_000,
)

it('a connection was cut in the middle of what it wrote, and often', () => {
  expect(cut.all).toBeGreaterThan(15)
  expect(cut.withWrites).toBeGreaterThan(10)
})
