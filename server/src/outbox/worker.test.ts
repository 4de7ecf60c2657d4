import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestDatabase } from '../../test/test-database.ts'
import { type DatabaseHandle, withTransaction } from '../database.ts'
import { createOutbox } from './service.ts'
import { backOffS, createOutboxWorker } from './worker.ts'

let handle: DatabaseHandle
const outbox = createOutbox()
beforeEach(async () => {
  handle = await openTestDatabase()
})
afterEach(() => handle.close())

const put = (payload: Record<string, unknown>) =>
  withTransaction(handle.db, (tx) => outbox.enqueue(tx, 'greet', payload))
const dueNow = () => sql`update outbox_messages set due_at = now() - interval '1 second'`.execute(handle.db)

describe('the outbox', () => {
  it('delivers what was committed, once, and forgets what it said', async () => {
    const heard: unknown[] = []
    const workers = [1, 2, 3].map(() =>
      createOutboxWorker(handle.db, { greet: async (payload) => void heard.push(payload.i) }),
    )
    for (let i = 0; i < 30; i++) await put({ i })
    await withTransaction(handle.db, async (tx) => {
      await outbox.enqueue(tx, 'greet', { i: 99 })
      throw new Error('no')
    }).catch(() => {})
    await Promise.all(workers.map((worker) => worker.runOnce()))
    await Promise.all(workers.map((worker) => worker.runOnce()))
    expect([...heard].sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 30 }, (_, i) => i))
    const left = await handle.db.selectFrom('outbox_messages').select('payload').execute()
    expect(left.every(({ payload }) => JSON.stringify(payload) === '{}')).toBe(true)
  })

  it('tries again later, longer each time, and sets aside what never works', async () => {
    let tries = 0
    const worker = createOutboxWorker(handle.db, {
      greet: async () => {
        tries += 1
        throw new Error('away')
      },
    })
    await put({ i: 1 })
    await worker.runOnce()
    expect(await worker.runOnce()).toBe(0)
    for (let i = 0; i < 20; i++) {
      await dueNow()
      await worker.runOnce()
    }
    expect(tries).toBe(15)
    const row = await handle.db.selectFrom('outbox_messages').selectAll().executeTakeFirst()
    expect(row?.failed_at).toBeInstanceOf(Date)
    expect([1, 2, 3, 20].map(backOffS)).toEqual([2, 4, 8, 7_200])
  })

  it('takes over from a worker that died', async () => {
    await put({ i: 1 })
    const dead = createOutboxWorker(handle.db, { greet: () => new Promise(() => {}) })
    void dead.runOnce()
    await new Promise((done) => setTimeout(done, 200))
    const heard: unknown[] = []
    const worker = createOutboxWorker(handle.db, { greet: async (payload) => void heard.push(payload) })
    expect(await worker.runOnce()).toBe(0)
    await dueNow()
    expect(await worker.runOnce()).toBe(1)
    expect(heard).toEqual([{ i: 1 }])
  })
})
