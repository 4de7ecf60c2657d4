import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase } from '../../../test/test-database.ts'
import { type DatabaseHandle, withTransaction } from '../../database.ts'
import type { OneStepKind, TwoStepKind } from './journals.ts'
import { holdTransfer, postTransfer, raiseTransfer, settleTransfer, trialBalance } from './store.ts'

let handle: DatabaseHandle
beforeAll(async () => {
  handle = await openTestDatabase()
})
afterAll(() => handle.close())

const now = new Date('2026-11-23T12:00:00Z')
const book = { organisationId: 'org_L', currency: 'EUR' }
const hold = async (kind: TwoStepKind, amountMinor: bigint, organisationId = book.organisationId) => {
  const id = randomUUID()
  const transfer = { ...book, organisationId, id, paymentId: `pay_${id}`, kind, amountMinor }
  await withTransaction(handle.db, (tx) => holdTransfer(tx, transfer, now))
  return id
}
const balances = async (organisationId = book.organisationId) => {
  const { accounts, sumMinor } = await trialBalance(handle.db)
  expect(sumMinor).toBe(0n)
  const mine = accounts.filter((account) => account.organisationId === organisationId && account.balanceMinor !== 0n)
  return Object.fromEntries(mine.map((account) => [account.kind, account.balanceMinor]))
}

describe('the ledger', () => {
  it('moves a charge from authorised to owed, and a refund back', async () => {
    const charge = await hold('charge', 1000n)
    expect(await balances()).toEqual({ authorised_receivable: 1000n, authorised_payable: -1000n })
    await withTransaction(handle.db, (tx) => settleTransfer(tx, charge, { kind: 'post', postedMinor: 800n }, now))
    expect(await balances()).toEqual({ processor_receivable: 800n, merchant_payable: -800n })
    const refund = await hold('refund', 300n)
    expect(await balances()).toEqual({ processor_receivable: 800n, merchant_payable: -500n, refunds_in_transit: -300n })
    await withTransaction(handle.db, (tx) => settleTransfer(tx, refund, { kind: 'post' }, now))
    expect(await balances()).toEqual({ processor_receivable: 500n, merchant_payable: -500n })
  })

  it('settles a transfer once', async () => {
    const charge = await hold('charge', 10n, 'org_once')
    const settle = () => withTransaction(handle.db, (tx) => settleTransfer(tx, charge, { kind: 'post' }, now))
    const tries = await Promise.allSettled([settle(), settle(), settle()])
    expect(tries.filter((tried) => tried.status === 'fulfilled')).toHaveLength(1)
    await expect(withTransaction(handle.db, (tx) => settleTransfer(tx, charge, { kind: 'void' }, now))).rejects.toThrow(
      'pending',
    )
    expect(await balances('org_once')).toEqual({ processor_receivable: 10n, merchant_payable: -10n })
  })

  it('raises a charge once by each increment, and captures above it as far as the processor allows', async () => {
    const charge = await hold('charge', 1000n, 'org_raise')
    const raise = (operationId: string, byMinor: bigint) =>
      withTransaction(handle.db, (tx) => raiseTransfer(tx, charge, { operationId, byMinor }, now))
    await raise('inc_1', 250n)
    await raise('inc_2', 50n)
    await expect(raise('inc_1', 250n)).rejects.toThrow('ledger_journal_once')
    await expect(raise('inc_3', 0n)).rejects.toThrow(RangeError)
    expect(await balances('org_raise')).toEqual({ authorised_receivable: 1300n, authorised_payable: -1300n })
    const post = (postedMinor: bigint, atMostMinor?: bigint) =>
      withTransaction(handle.db, (tx) => settleTransfer(tx, charge, { kind: 'post', postedMinor, atMostMinor }, now))
    await expect(post(1301n)).rejects.toThrow(RangeError)
    await expect(post(1501n, 1500n)).rejects.toThrow(RangeError)
    await post(1500n, 1500n)
    expect(await balances('org_raise')).toEqual({ processor_receivable: 1500n, merchant_payable: -1500n })
    await expect(raise('inc_4', 1n)).rejects.toThrow('pending')
    const refund = await hold('refund', 10n, 'org_raise')
    await expect(
      withTransaction(handle.db, (tx) => raiseTransfer(tx, refund, { operationId: 'inc_5', byMinor: 1n }, now)),
    ).rejects.toThrow(RangeError)
  })

  it('lets a transfer and its journals never differ, whoever writes them', async () => {
    const charge = await hold('charge', 10n, 'org_apart')
    const change = (assignments: string) =>
      sql.raw(`update ledger_transfer set ${assignments} where id = '${charge}'`).execute(handle.db)
    await expect(change('raised_minor = 5')).rejects.toThrow('differ')
    await expect(change("state = 'posted', posted_minor = 10, settled_at = now()")).rejects.toThrow('differ')
    await expect(change("state = 'voided', settled_at = now()")).rejects.toThrow('differ')
    const voided = handle.db.transaction().execute(async (tx) => {
      await sql`
        with j as (insert into ledger_journal (transfer_id, kind, created_at) values (${charge}, 'void', now()) returning id)
        insert into ledger_entry (journal_id, account_id, amount_minor)
        select j.id, a.id, case a.kind when 'authorised_payable' then 10 else -10 end from j, ledger_account a
         where a.organisation_id = 'org_apart' and a.kind like 'authorised%'`.execute(tx)
    })
    await expect(voided).rejects.toThrow('differ')
    expect(await balances('org_apart')).toEqual({ authorised_receivable: 10n, authorised_payable: -10n })
  })

  it('keeps fees, disputes, payouts and reserves in their accounts', async () => {
    const org = 'org_kinds'
    const settle = (id: string, end: Parameters<typeof settleTransfer>[2]) =>
      withTransaction(handle.db, (tx) => settleTransfer(tx, id, end, now))
    const post = (kind: OneStepKind, amountMinor: bigint) =>
      withTransaction(handle.db, (tx) =>
        postTransfer(tx, { ...book, organisationId: org, id: randomUUID(), paymentId: null, kind, amountMinor }, now),
      )
    await settle(await hold('charge', 10_000n, org), { kind: 'post' })
    await post('processor_fee', 170n)
    await post('platform_fee', 250n)
    const dispute = await hold('dispute', 4_000n, org)
    const reserve = await hold('reserve', 1_000n, org)
    const payout = await hold('payout', 4_750n, org)
    expect(await balances(org)).toEqual({
      processor_receivable: 10_000n - 170n - 4_000n,
      processor_fees: 170n,
      platform_fees: -250n,
      disputed_receivable: 4_000n,
      disputed_payable: -4_000n,
      merchant_reserve: -1_000n,
      payouts_in_transit: -4_750n,
    })
    await settle(payout, { kind: 'post' })
    await settle(dispute, { kind: 'post', postedMinor: 1_500n })
    await settle(reserve, { kind: 'void' })
    await expect(settle(await hold('reserve', 5n, org), { kind: 'post' })).rejects.toThrow(RangeError)
    expect(await balances(org)).toEqual({
      processor_receivable: 10_000n - 170n - 1_500n - 4_750n,
      processor_fees: 170n,
      platform_fees: -250n,
      merchant_payable: -2_500n - 1_000n + 5n,
      merchant_reserve: -5n,
    })
  })

  it('lets no transfer that is settled be opened again, nor its terms change', async () => {
    const charge = await hold('charge', 10n, 'org_terms')
    await expect(
      sql`update ledger_transfer set amount_minor = 11 where id = ${charge}`.execute(handle.db),
    ).rejects.toThrow('terms')
    await withTransaction(handle.db, (tx) => settleTransfer(tx, charge, { kind: 'void' }, now))
    const reopen = sql`update ledger_transfer set state = 'pending' where id = ${charge}`.execute(handle.db)
    await expect(reopen).rejects.toThrow('settled')
    await expect(sql`delete from ledger_transfer where id = ${charge}`.execute(handle.db)).rejects.toThrow(
      'append-only',
    )
  })

  it('refuses at commit a journal that does not sum to zero, has no entries, or spans two books', async () => {
    const charge = await hold('charge', 10n, 'org_bent')
    await hold('charge', 10n, 'org_bent_too')
    const { accounts } = await trialBalance(handle.db)
    expect(accounts.length).toBeGreaterThan(0)
    const bent = (entries: (journal: bigint) => ReturnType<typeof sql>[]) =>
      handle.db.transaction().execute(async (tx) => {
        const made = await sql<{ id: bigint }>`
          insert into ledger_journal (transfer_id, kind, created_at) values (${charge}, 'post', now()) returning id`.execute(
          tx,
        )
        for (const statement of entries(made.rows[0]!.id)) await statement.execute(tx)
      })
    const entry = (journal: bigint, organisation: string, amount: bigint) => sql`
      insert into ledger_entry (journal_id, account_id, amount_minor)
      select ${journal}, id, ${amount} from ledger_account
       where organisation_id = ${organisation} and kind = 'authorised_receivable'`
    await expect(bent((j) => [entry(j, 'org_bent', 5n), entry(j, 'org_bent', -4n)])).rejects.toThrow('does not balance')
    await expect(bent(() => [])).rejects.toThrow('does not balance')
    await expect(bent((j) => [entry(j, 'org_bent', 5n), entry(j, 'org_bent_too', -5n)])).rejects.toThrow(
      'does not balance',
    )
    expect(await balances('org_bent')).toEqual({ authorised_receivable: 10n, authorised_payable: -10n })
  })

  it('never changes nor forgets an entry', async () => {
    await hold('charge', 10n, 'org_fixed')
    for (const table of ['ledger_entry', 'ledger_journal']) {
      await expect(sql.raw(`update ${table} set id = default`).execute(handle.db)).rejects.toThrow('append-only')
      await expect(sql.raw(`delete from ${table}`).execute(handle.db)).rejects.toThrow('append-only')
      await expect(sql.raw(`truncate ${table} cascade`).execute(handle.db)).rejects.toThrow('append-only')
    }
  })
})
