import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestDatabase } from '../../../test/test-database.ts'
import { type DatabaseHandle, type Tx, withTransaction } from '../../database.ts'
import { decimalOf } from '../settlement/split.ts'
import type { AccountKind, OneStepKind, TwoStepKind } from './journals.ts'
import { holdTransfer, postTransfer, raiseTransfer, settleTransfer, trialBalance } from './store.ts'

let handle: DatabaseHandle
beforeAll(async () => {
  handle = await openTestDatabase()
})
afterAll(() => handle.close())

const now = new Date('2026-11-23T12:00:00Z')
const book = { organisationId: 'org_example', currency: 'EUR', paymentId: null }
const hold = (id: string, kind: TwoStepKind, amountMinor: bigint) => (tx: Tx) =>
  holdTransfer(tx, { ...book, id, kind, amountMinor }, now)
const move = (kind: OneStepKind, amountMinor: bigint) => (tx: Tx) =>
  postTransfer(tx, { ...book, id: kind, kind, amountMinor }, now)
const settle = (id: string, end: Parameters<typeof settleTransfer>[2]) => (tx: Tx) => settleTransfer(tx, id, end, now)

/** 1 % and five cents of what is captured, and what the processor kept: 0.48 + 0.05 + 0.93. */
const STEPS: [string, (tx: Tx) => Promise<void>][] = [
  ['The card promises 40.00', hold('sale', 'charge', 4_000n)],
  ['… and 10.00 more', (tx) => raiseTransfer(tx, 'sale', { operationId: 'more', byMinor: 1_000n }, now)],
  ['48.00 are captured', settle('sale', { kind: 'post', postedMinor: 4_800n })],
  ['A refund of 8.00 is asked for', hold('refund', 'refund', 800n)],
  ['… and confirmed', settle('refund', { kind: 'post' })],
  ['The processor keeps 0.93', move('processor_fee', 93n)],
  ['The merchant is charged 1.46', move('platform_fee', 146n)],
  ['38.54 are paid out', hold('payout', 'payout', 3_854n)],
  ['… and have arrived', settle('payout', { kind: 'post' })],
  ['The shopper disputes 40.00', hold('dispute', 'dispute', 4_000n)],
  ['… and 30.00 of it are lost', settle('dispute', { kind: 'post', postedMinor: 3_000n })],
]
const SHOWN: AccountKind[] = [
  'authorised_receivable',
  'processor_receivable',
  'merchant_payable',
  'refunds_in_transit',
  'payouts_in_transit',
  'disputed_receivable',
  'processor_fees',
  'platform_fees',
]

it('makes the table of the guide', async () => {
  const rows = []
  for (const [what, work] of STEPS) {
    await withTransaction(handle.db, work)
    const { accounts, sumMinor } = await trialBalance(handle.db)
    const balances = SHOWN.map((kind) => accounts.find((account) => account.kind === kind)?.balanceMinor ?? 0n)
    const cells = [...balances, sumMinor].map((minor) => decimalOf(minor, 'EUR'))
    rows.push(`| ${[what, ...cells].join(' | ')} |`)
  }
  const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guide/money.md'), 'utf8')
  const written = guide.split('\n').filter((line) => STEPS.some(([what]) => line.startsWith(`| ${what} |`)))
  expect(written).toEqual(rows)
})
