import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestDatabase } from '../test/test-database.ts'
import { type DatabaseHandle, withTransaction } from './database.ts'

let handle: DatabaseHandle
beforeAll(async () => {
  handle = await openTestDatabase()
})
afterAll(() => handle.close())

const pause = () => new Promise((resolve) => setTimeout(resolve, 150))
const cut = async (pid: number) => {
  const other = await handle.connect()
  await other.query('select pg_terminate_backend($1)', [pid])
  await other.end()
}

it('a connection cut in the middle of a transaction, between two statements, ends the transaction and not the process', async () => {
  const cutOff = withTransaction(handle.db, async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
    await cut(rows[0]!.pid)
    // The database says good-bye while nobody is asking it anything.
    await pause()
    await sql`select 1`.execute(tx)
  })
  await expect(cutOff).rejects.toThrow()
  const { rows } = await sql<{ one: number }>`select 1 as one`.execute(handle.db)
  expect(rows).toEqual([{ one: 1 }])
})
