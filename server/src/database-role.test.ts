import { randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createTestDatabase } from '../test/test-database.ts'
import { ConfigError } from './config.ts'
import { type Db, openDatabase, withTransaction } from './database.ts'
import { mayChangeBooks, openServerDatabase } from './database-role.ts'
import { holdTransfer, settleTransfer } from './payments/ledger/store.ts'

const DENIED = expect.objectContaining({ code: '42501' })
const TABLES = ['audit_entries', 'ledger_entry', 'ledger_journal', 'ledger_closed_day', 'ledger_trial_balance']

let database: Awaited<ReturnType<typeof createTestDatabase>>
const logins: string[] = []
const asOwner = async (...statements: string[]) => {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}
/** A login of its own in the test cluster, and the database's URL for it. */
const makeLogin = async (options: string) => {
  const name = `t_${randomBytes(6).toString('hex')}`
  await asOwner(`create role ${name} login password 'x' ${options}`)
  logins.push(name)
  const url = new URL(database.url)
  url.username = name
  url.password = 'x'
  return { name, url: url.href }
}

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => {
  await database.drop()
  const admin = new pg.Client({ connectionString: inject('postgresUrl') })
  await admin.connect()
  for (const login of logins) await admin.query(`drop role ${login}`)
  await admin.end()
})

async function moveMoney(db: Db): Promise<string> {
  const id = randomUUID()
  const transfer = {
    id,
    paymentId: 'pay_1',
    kind: 'charge' as const,
    amountMinor: 5n,
    organisationId: 'o',
    currency: 'EUR',
  }
  await withTransaction(db, async (tx) => {
    await holdTransfer(tx, transfer, new Date())
    await settleTransfer(tx, id, { kind: 'post' }, new Date())
  })
  return id
}

async function expectOnlyAdding(db: Db): Promise<void> {
  const id = await moveMoney(db)
  for (const table of TABLES) {
    await expect(sql`delete from ${sql.table(table)}`.execute(db)).rejects.toEqual(DENIED)
    await expect(sql`truncate ${sql.table(table)} cascade`.execute(db)).rejects.toEqual(DENIED)
  }
  await expect(sql`update ledger_entry set amount_minor = 1`.execute(db)).rejects.toEqual(DENIED)
  await expect(sql`update ledger_transfer set amount_minor = 1 where id = ${id}`.execute(db)).rejects.toEqual(DENIED)
  await expect(sql`delete from ledger_transfer`.execute(db)).rejects.toEqual(DENIED)
  await expect(sql`alter table ledger_entry disable trigger all`.execute(db)).rejects.toEqual(DENIED)
  await expect(sql`drop table ledger_entry`.execute(db)).rejects.toEqual(DENIED)
  await expect(sql`delete from schema_migrations`.execute(db)).rejects.toEqual(DENIED)
}

describe("the server's role in the database", () => {
  it('is taken on where the URL is the owner, and may only add to the books', async () => {
    const { database: opened, guard } = await openServerDatabase({ databaseUrl: database.url, production: true })
    expect(guard).toBe('set_role')
    await expectOnlyAdding(opened.db)
    await opened.close()
  })

  it('is granted to a login of its own, which cannot become the owner again', async () => {
    const { url } = await makeLogin('')
    const { database: opened, guard } = await openServerDatabase({
      databaseUrl: url,
      databaseOwnerUrl: database.url,
      production: true,
    })
    expect(guard).toBe('login')
    await sql`reset role`.execute(opened.db)
    await expectOnlyAdding(opened.db)
    await opened.close()
    // A second server that knows only this login starts too: there is nothing to bring up to date.
    const second = await openServerDatabase({ databaseUrl: url, production: true })
    expect(second.guard).toBe('login')
    await second.database.close()
  })

  it('gets no right to tables of somebody else in the same schema', async () => {
    const { name } = await makeLogin('')
    await asOwner(`create table theirs (n int)`, `alter table theirs owner to ${name}`)
    const { database: opened } = await openServerDatabase({ databaseUrl: database.url, production: true })
    await expect(sql`select n from theirs`.execute(opened.db)).rejects.toEqual(DENIED)
    await opened.close()
    await asOwner('drop table theirs')
  })

  it('is a must in production and asked for in a sandbox where it cannot be had', async () => {
    const { name, url } = await makeLogin('')
    const owned = await createTestDatabase()
    const theirs = new URL(owned.url)
    theirs.username = name
    theirs.password = 'x'
    const admin = openDatabase(owned.url)
    await sql`grant all on schema public to ${sql.id(name)}`.execute(admin.db)
    await admin.close()
    expect(url).not.toBe(theirs.href)
    await expect(openServerDatabase({ databaseUrl: theirs.href, production: true })).rejects.toThrow(ConfigError)
    const { database: opened, guard } = await openServerDatabase({ databaseUrl: theirs.href, production: false })
    expect([guard, await mayChangeBooks(opened.db)]).toEqual(['triggers', true])
    await moveMoney(opened.db)
    await expect(sql`delete from ledger_entry`.execute(opened.db)).rejects.toThrow('append-only')
    await opened.close()
    await owned.drop()
  })
})
