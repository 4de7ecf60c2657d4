import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase } from '../../../test/test-database.ts'
import { type DatabaseHandle, withTransaction } from '../../database.ts'
import { closeDueDays, closedDays, setTimeZone } from './days.ts'
import { type Book, holdTransfer, settleTransfer } from './store.ts'
import { firstBrokenDay, makeTrialBalances, trialBalancesOf } from './trial-balances.ts'

let handle: DatabaseHandle
beforeAll(async () => {
  handle = await openTestDatabase()
})
afterAll(() => handle.close())

const at = (text: string) => new Date(text)
let books = 0
const newBook = (currency = 'EUR'): Book => ({ organisationId: `org_${++books}`, currency })
const hold = async (book: Book, when: Date, amountMinor = 100n) => {
  const id = randomUUID()
  const transfer = { ...book, id, paymentId: `pay_${id}`, kind: 'charge' as const, amountMinor }
  await withTransaction(handle.db, (tx) => holdTransfer(tx, transfer, when))
  return id
}
const post = (id: string, when: Date) =>
  withTransaction(handle.db, (tx) => settleTransfer(tx, id, { kind: 'post' }, when))
const closeAll = async (book: Book, now: Date) => {
  await closeDueDays(handle.db, book, now)
  return makeTrialBalances(handle.db, book, now)
}

describe('daily trial balances', () => {
  it('say what each account held and moved, one day after another', async () => {
    const book = newBook()
    const charge = await hold(book, at('2026-11-20T10:00:00Z'))
    await post(charge, at('2026-11-21T10:00:00Z'))
    const days = await closeAll(book, at('2026-11-22T00:15:00Z'))
    expect(days.map(({ day, findings }) => [day, findings])).toEqual([
      ['2026-11-20', []],
      ['2026-11-21', []],
    ])
    expect(days[1]!.accounts).toContainEqual({
      kind: 'authorised_receivable',
      openingMinor: '100',
      debitMinor: '0',
      creditMinor: '100',
      closingMinor: '0',
    })
    expect(days[1]!.previousSha256).toBe(days[0]!.sha256)
    expect(await trialBalancesOf(handle.db, '2026-11-21', book.organisationId)).toEqual([days[1]])
    expect(await firstBrokenDay(handle.db, book)).toBeNull()
  })

  it('close a day a quarter of an hour after its end, once, and a quiet day too', async () => {
    const book = newBook()
    await hold(book, at('2026-11-20T10:00:00Z'))
    expect(await closeAll(book, at('2026-11-21T00:14:59Z'))).toEqual([])
    const rounds = await Promise.all([1, 2, 3].map(() => closeAll(book, at('2026-11-24T12:00:00Z'))))
    expect(rounds.flat().length).toBeLessThanOrEqual(4)
    expect((await closedDays(handle.db, book)).map(({ day, sequence }) => [day, sequence])).toEqual([
      ['2026-11-20', 1],
      ['2026-11-21', 2],
      ['2026-11-22', 3],
      ['2026-11-23', 4],
    ])
    expect(await firstBrokenDay(handle.db, book)).toBeNull()
  })

  it('let nothing be dated into a closed day', async () => {
    const book = newBook()
    const charge = await hold(book, at('2026-11-20T10:00:00Z'))
    await closeAll(book, at('2026-11-21T00:15:00Z'))
    await expect(post(charge, at('2026-11-20T23:59:59Z'))).rejects.toThrow('closed')
    await post(charge, at('2026-11-21T00:00:00Z'))
  })

  it('wait for whoever is writing when a day is closed', async () => {
    const book = newBook()
    await hold(book, at('2026-11-20T10:00:00Z'))
    let commit = () => {}
    const open = new Promise<void>((resolve) => {
      commit = resolve
    })
    let written = () => {}
    const isWritten = new Promise<void>((resolve) => {
      written = resolve
    })
    const id = randomUUID()
    const late = withTransaction(handle.db, async (tx) => {
      const transfer = { ...book, id, paymentId: null, kind: 'charge' as const, amountMinor: 7n }
      await holdTransfer(tx, transfer, at('2026-11-20T23:59:59Z'))
      written()
      await open
    })
    await isWritten
    const closing = closeAll(book, at('2026-11-21T00:15:00Z'))
    await new Promise((resolve) => setTimeout(resolve, 100))
    commit()
    await late
    const [day] = await closing
    expect(day!.accounts.find(({ kind }) => kind === 'authorised_receivable')!.closingMinor).toBe('107')
    expect(day!.findings).toEqual([])
  })

  it('follow the time zone of the organisation, without gap or overlap when it moves', async () => {
    const book = newBook('JPY')
    const zone = (name: string) => setTimeZone(handle.db, book.organisationId, name, at('2026-11-20T00:00:00Z'))
    await zone('Asia/Tokyo')
    await hold(book, at('2026-11-20T10:00:00Z'))
    await closeAll(book, at('2026-11-21T15:15:00Z'))
    await zone('America/New_York')
    await closeAll(book, at('2026-11-24T12:00:00Z'))
    await zone('Pacific/Auckland')
    await closeAll(book, at('2026-11-27T12:00:00Z'))
    const days = await closedDays(handle.db, book)
    expect(days[0]).toMatchObject({ day: '2026-11-20', endsAt: at('2026-11-20T15:00:00Z') })
    for (const [i, day] of days.entries()) {
      if (i === 0) continue
      expect(day.startsAt).toEqual(days[i - 1]!.endsAt)
      expect(day.day > days[i - 1]!.day).toBe(true)
    }
    expect(days.at(-1)!.endsAt).toEqual(at('2026-11-27T11:00:00Z'))
    await expect(zone('Mars/Olympus')).rejects.toMatchObject({ code: 'request_malformed' })
  })

  it('find what somebody with the keys of the database changed, added or removed', async () => {
    const book = newBook()
    const charge = await hold(book, at('2026-11-20T10:00:00Z'))
    await closeAll(book, at('2026-11-21T00:15:00Z'))
    const meddle = (statement: string) =>
      handle.db.transaction().execute(async (tx) => {
        await sql`set local session_replication_role = 'replica'`.execute(tx)
        await sql.raw(statement).execute(tx)
      })
    const ids = `select e.id from ledger_entry e join ledger_journal j on j.id = e.journal_id where j.transfer_id = '${charge}'`
    await meddle(`update ledger_entry set amount_minor = amount_minor + 5 where amount_minor > 0 and id in (${ids})`)
    const [second] = await closeAll(book, at('2026-11-22T00:15:00Z'))
    expect(second!.findings).toEqual([
      'all accounts sum to 5, not to 0',
      'authorised_receivable and authorised_payable sum to 5, not to 0',
      'authorised_receivable opens with 105 after closing with 100',
      'charge: 100 pending, 105 in the account',
    ])
    await meddle(`update ledger_entry set amount_minor = amount_minor - 5 where amount_minor > 0 and id in (${ids})`)
    await meddle(
      `update ledger_trial_balance set findings = '{}' where organisation_id = '${book.organisationId}' and sequence = 2`,
    )
    const [third] = await closeAll(book, at('2026-11-23T00:15:00Z'))
    expect(third!.findings).toContain('the day before was changed')
    expect(await firstBrokenDay(handle.db, book)).toEqual({ sequence: 2 })
    await meddle(`delete from ledger_trial_balance where organisation_id = '${book.organisationId}' and sequence = 1`)
    expect(await firstBrokenDay(handle.db, book)).toEqual({ sequence: 1 })
  })
})
