import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { createAudit } from '../src/audit/service.ts'
import { openDatabase, withTransaction } from '../src/database.ts'
import { migrate } from '../src/migrate.ts'
import type { TwoStepKind } from '../src/payments/ledger/journals.ts'
import { holdTransfer, settleTransfer, trialBalance } from '../src/payments/ledger/store.ts'
import type { SettlementLine } from '../src/payments/processors/processor.ts'
import { listDifferences } from '../src/payments/settlement/differences.ts'
import type { SettlementParts } from '../src/payments/settlement/parts.ts'
import { runSettlement } from '../src/payments/settlement/service.ts'
import { createTestDatabase } from './test-database.ts'

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS
/** Noon of the first day. */
export const START = new Date('2026-11-20T12:00:00Z')

/** Settlement on a database of its own, with one merchant, a clock that stands still, and a processor that lists what it is told to. */
export async function settlementHouse() {
  const database = await createTestDatabase()
  const handle = openDatabase(database.url)
  await migrate(handle.db)
  let atMs = START.getTime()
  const clock = {
    nowMs: () => atMs,
    moveMs(byMs: number) {
      atMs += byMs
    },
  }
  const book = { organisationId: 'org_1', currency: 'EUR' }
  const processor = { lines: [] as SettlementLine[], down: false }
  const parts: SettlementParts = {
    db: handle.db,
    clock,
    audit: createAudit(handle.db, clock),
    sources: async () => [
      {
        name: 'stand-in',
        books: {
          async listSettlement({ from, to }) {
            if (processor.down) throw new Error('the processor is down')
            return processor.lines.filter((line) => line.at >= from && line.at < to)
          },
        },
      },
    ],
  }
  const now = () => new Date(clock.nowMs())
  const house = {
    url: database.url,
    db: handle.db,
    parts,
    clock,
    book,
    processor,
    now,
    async hold(kind: TwoStepKind, amountMinor: bigint, id: string = randomUUID()) {
      await withTransaction(handle.db, (tx) =>
        holdTransfer(tx, { ...book, id, paymentId: null, kind, amountMinor }, now()),
      )
      return id
    },
    end: (id: string, how: Parameters<typeof settleTransfer>[2] = { kind: 'post' }) =>
      withTransaction(handle.db, (tx) => settleTransfer(tx, id, how, now())),
    /** The processor lists this, now. */
    list(
      kind: SettlementLine['kind'],
      key: string,
      amountMinor: bigint,
      feeMinor = 0n,
      more: Partial<SettlementLine> = {},
    ) {
      const name = { capture: `${key}:capture`, dispute_returned: `${key}:returned`, refund: key, dispute: key }[kind]
      const line = {
        kind,
        key: name,
        chargeKey: key,
        amountMinor,
        feeMinor,
        currency: 'EUR',
        batchRef: 'b1',
        at: now(),
      }
      processor.lines.push({ ...line, ...more })
    },
    async capture(amountMinor: bigint, feeMinor = 0n) {
      const id = await house.hold('charge', amountMinor)
      await house.end(id)
      house.list('capture', id, amountMinor, feeMinor)
      return id
    },
    async refund(charge: string, amountMinor: bigint, feeMinor = 0n) {
      const id = await house.hold('refund', amountMinor)
      await house.end(id)
      house.list('refund', id, -amountMinor, feeMinor, { chargeKey: charge })
      return id
    },
    /** The same time on the next day, and a round. */
    async nextDay() {
      clock.moveMs(DAY_MS)
      const round = await runSettlement(parts)
      expect(round.failures).toEqual([])
      return round
    },
    /** Of every account that is not empty. */
    async balances() {
      const { accounts, sumMinor } = await trialBalance(handle.db)
      expect(sumMinor).toBe(0n)
      const full = accounts.filter((account) => account.balanceMinor !== 0n)
      return Object.fromEntries(full.map((account) => [account.kind, account.balanceMinor]))
    },
    open: () => listDifferences(handle.db, { open: true }),
    /** Changes an entry as only somebody with the keys of the database can. */
    meddle: (byMinor: number) =>
      handle.db.transaction().execute(async (tx) => {
        await sql`set local session_replication_role = 'replica'`.execute(tx)
        await sql`update ledger_entry set amount_minor = amount_minor + ${byMinor}::bigint
          where id = (select max(id) from ledger_entry where journal_id = (select min(id) from ledger_journal))`.execute(
          tx,
        )
      }),
    async close() {
      await handle.close()
      await database.drop()
    },
  }
  return house
}
export type SettlementHouse = Awaited<ReturnType<typeof settlementHouse>>
