import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase } from '../test/test-database.ts'
import { type DatabaseHandle, hearNews, lastly, tell, withTransaction } from './database.ts'

let handle: DatabaseHandle
beforeAll(async () => {
  handle = await openTestDatabase()
  await sql`create table parents (id int primary key, name text)`.execute(handle.db)
  await sql`create table children (id int primary key, parent int not null references parents (id))`.execute(handle.db)
})
afterAll(() => handle.close())

const count = async (table: string) => {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(handle.db)
  return rows[0]!.n
}

describe('statements asked side by side', () => {
  it('are done in the order they were asked, however they were written', async () => {
    for (let i = 0; i < 50; i++) {
      await withTransaction(handle.db, (tx) =>
        Promise.all([
          i % 2 === 0
            ? sql`insert into parents values (${i}, 'p')`.execute(tx)
            : tx
                .insertInto('parents' as never)
                .values({ id: i, name: 'p' } as never)
                .execute(),
          sql`insert into children values (${i}, ${i})`.execute(tx),
        ]),
      )
    }
    expect([await count('parents'), await count('children')]).toEqual([50, 50])
  })

  it('leave nothing of a transaction in which one fails, and say why the first failed', async () => {
    const failing = withTransaction(handle.db, (tx) =>
      Promise.all([
        sql`insert into parents values (100, 'p')`.execute(tx),
        sql`insert into children values (100, 999)`.execute(tx),
        sql`insert into parents values (101, 'p')`.execute(tx),
      ]),
    )
    await expect(failing).rejects.toMatchObject({ code: '23503' })
    expect(await count('parents')).toBe(50)
  })

  it('never stand outside a transaction that could not be begun', async () => {
    const cut = withTransaction(handle.db, async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
      await sql`select pg_terminate_backend(${rows[0]!.pid})`.execute(tx).catch(() => {})
      await sql`insert into parents values (200, 'p')`.execute(tx)
    })
    await expect(cut).rejects.toThrow()
    expect(await count('parents')).toBe(50)
  })
})

describe('the last statements of a transaction, with its commit', () => {
  it('are committed', async () => {
    const [, made] = await withTransaction(handle.db, (tx) =>
      lastly(tx, [
        sql`insert into parents values (300, 'p')`.execute(tx),
        sql`insert into children values (300, 300) returning id`.execute(tx),
      ]),
    )
    expect([made.rows, await count('children')]).toEqual([[{ id: 300 }], 51])
  })

  it('leave nothing behind when one of them fails', async () => {
    const failing = withTransaction(handle.db, async (tx) => {
      await sql`insert into parents values (301, 'p')`.execute(tx)
      return lastly(tx, [
        sql`insert into parents values (302, 'p')`.execute(tx),
        sql`insert into children values (301, 999)`.execute(tx),
      ])
    })
    await expect(failing).rejects.toMatchObject({ code: '23503' })
    expect(await count('parents')).toBe(51)
  })

  it('are the last: whatever is asked afterwards is refused, never done outside', async () => {
    const late = withTransaction(handle.db, async (tx) => {
      await lastly(tx, [sql`insert into parents values (303, 'p')`.execute(tx)])
      await sql`insert into parents values (304, 'p')`.execute(tx)
    })
    await expect(late).rejects.toThrow('after the commit')
    expect(await count('parents')).toBe(52)
  })
})

describe('a table that changes under statements that were prepared', () => {
  const read = () => sql`select * from parents where id = ${1}`.execute(handle.db)
  const inTransaction = () => withTransaction(handle.db, (tx) => sql`select * from parents where id = ${2}`.execute(tx))

  it('is read as it is now, outside and inside of transactions', async () => {
    for (let i = 0; i < 12; i++) await Promise.all([read(), inTransaction()])
    const other = await handle.connect()
    await other.query('alter table parents add column age int default 7')
    await other.end()
    for (let i = 0; i < 4; i++) {
      expect((await read()).rows).toEqual([{ id: 1, name: 'p', age: 7 }])
      expect((await inTransaction()).rows).toEqual([{ id: 2, name: 'p', age: 7 }])
    }
  })
})

describe('reading outside transactions', () => {
  it('does not stand behind a slow statement', async () => {
    const slow = sql`select count(*) from generate_series(1, 4000000) a`.execute(handle.db)
    const slower = sql`select count(*) from generate_series(1, 4000000) a where a > ${1}`.execute(handle.db)
    await new Promise((resolve) => setTimeout(resolve, 60))
    let slowEnded = false
    void Promise.race([slow, slower]).then(() => {
      slowEnded = true
    })
    await sql`select name from parents where id = ${3}`.execute(handle.db)
    expect(slowEnded).toBe(false)
    await Promise.all([slow, slower])
  })
})

describe('news of a transaction', () => {
  it('is heard once it is committed, and never of one that was rolled back', async () => {
    const heard: string[] = []
    hearNews(handle.db, (told) => heard.push(...told))
    await withTransaction(handle.db, async (tx) => {
      tell(tx, 'committed')
      await sql`select 1`.execute(tx)
      expect(heard).toEqual([])
    })
    const failed = withTransaction(handle.db, async (tx) => {
      tell(tx, 'rolled back')
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    tell(handle.db, 'at once')
    expect(heard).toEqual(['committed', 'at once'])
  })
})
