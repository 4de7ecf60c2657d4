import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { type DatabaseHandle, openDatabase } from '../src/database.ts'
import { migrate } from '../src/migrate.ts'

/** A fresh, empty database of the run's cluster, and a way to drop it. */
export async function createTestDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const admin = inject('postgresUrl')
  const name = `t_${randomBytes(6).toString('hex')}`
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: admin })
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }
  await run(`create database ${name}`)
  const url = new URL(admin)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => run(`drop database if exists ${name} with (force)`) }
}

/** A fresh, migrated database for tests of a store. */
export async function openTestDatabase(): Promise<DatabaseHandle> {
  const { url, drop } = await createTestDatabase()
  const handle = openDatabase(url)
  await migrate(handle.db)
  return {
    ...handle,
    async close() {
      await handle.close()
      await drop()
    },
  }
}
