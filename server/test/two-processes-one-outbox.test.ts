import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, expect, it } from 'vitest'
import { openDatabase, withTransaction } from '../src/database.ts'
import { migrate } from '../src/migrate.ts'
import { createOutbox } from '../src/outbox/service.ts'
import { createTestDatabase } from './test-database.ts'

const NODE = join(import.meta.dirname, 'outbox-node.ts')
const MESSAGES = 400
/** The worker leases so many at a time: what a process that is killed may have in its hands. */
const BATCH = 20

const database = await createTestDatabase()
const handle = openDatabase(database.url)
await migrate(handle.db)
const books = new pg.Client({ connectionString: database.url })
await books.connect()
await books.query('create table heard (i int not null, node text not null)')
const running = new Set<ChildProcess>()
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  await books.end()
  await handle.close()
  await database.drop()
})

function node(name: string, most = 'Infinity'): ChildProcess {
  const words = ['--disable-warning=ExperimentalWarning', NODE, database.url, name, most]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] })
  running.add(child)
  return child
}
const count = async (query: string) => (await books.query<{ n: number }>(query)).rows[0]!.n
const heardBy = (name: string) => count(`select count(*)::int as n from heard where node = '${name}'`)
const different = () => count('select count(distinct i)::int as n from heard')
const twice = () => count('select (count(*) - count(distinct i))::int as n from heard')
const waiting = () => count('select count(*)::int as n from outbox_messages where delivered_at is null')

it('two processes work one outbox: each message goes once; what a killed one had in its hands, the other takes over', async () => {
  const outbox = createOutbox()
  await withTransaction(handle.db, async (tx) => {
    for (let i = 0; i < MESSAGES; i++) await outbox.enqueue(tx, 'greet', { i })
  })
  // In the middle of its third batch.
  const first = node('first', '47')
  node('second')
  await expect.poll(() => heardBy('first'), { timeout: 30_000, interval: 10 }).toBe(47)
  await expect.poll(() => heardBy('second'), { timeout: 30_000, interval: 10 }).toBeGreaterThan(30)
  // Up to here both were alive: nobody heard anything twice.
  expect(await twice()).toBe(0)
  first.kill('SIGKILL')
  await new Promise((ended) => first.once('exit', ended))

  // The other goes on with everything but what the dead one still holds.
  let inItsHands = Number.POSITIVE_INFINITY
  for (let before = Number.NaN; inItsHands > BATCH || inItsHands !== before; ) {
    before = inItsHands
    await new Promise((done) => setTimeout(done, 500))
    inItsHands = await waiting()
  }
  expect(inItsHands).toBe(BATCH - (47 % BATCH))
  // The lease ends.
  await sql`update outbox_messages set due_at = now() where delivered_at is null`.execute(handle.db)
  await expect.poll(waiting, { timeout: 30_000 }).toBe(0)
  expect(await different()).toBe(MESSAGES)
  expect(await twice()).toBe(0)
}, 120_000)
