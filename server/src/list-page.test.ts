import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase } from '../test/test-database.ts'
import type { DatabaseHandle } from './database.ts'
import { containing, pageOf } from './list-page.ts'

type Fruit = { id: string; name: string | null; picked_at: Date; weight: bigint }

let handle: DatabaseHandle
let db: Kysely<{ fruit: Fruit }>
beforeAll(async () => {
  handle = await openTestDatabase()
  db = handle.db as never
  await sql`create table fruit (id text primary key, name text, picked_at timestamptz not null, weight bigint not null)`.execute(
    db,
  )
  await sql`
    insert into fruit select 'f' || lpad(n::text, 3, '0'), case when n % 5 = 0 then null else 'fruit ' || (n % 7) end,
      timestamptz '2026-01-01' + (n % 3) * interval '0.000001 second', (n * 37) % 11 from generate_series(1, 103) n`.execute(
    db,
  )
})
afterAll(() => handle.close())

const columns = {
  name: { by: 'name', type: 'text' },
  picked: { by: 'fruit.picked_at', type: 'timestamptz' },
  weight: { by: 'weight', type: 'bigint' },
} as const

async function walk(sort: string | undefined, limit: number, q?: string) {
  const ids: string[] = []
  const totals = new Set<number>()
  let after: string | undefined
  do {
    let select = db.selectFrom('fruit').select(['id', 'name'])
    if (q !== undefined) select = select.where('name', 'ilike', containing(q))
    const page = await pageOf(db, select, { columns }, { limit, ...(sort && { sort }), ...(after && { after }) })
    ids.push(...page.items.map(({ id }) => id))
    totals.add(page.total)
    after = page.next ?? undefined
  } while (after !== undefined)
  return { ids, totals: [...totals] }
}

describe('a page of a list', () => {
  it.each(['name', '-name', 'picked', '-picked', 'weight', '-weight', undefined])(
    'shows every row once, sorted by %s, whatever is equal or missing',
    async (sort) => {
      const { ids, totals } = await walk(sort, 10)
      expect(new Set(ids).size).toBe(103)
      expect(ids).toHaveLength(103)
      expect(totals).toEqual([103])
      expect((await walk(sort, 200)).ids).toEqual(ids)
    },
  )

  it('goes the other way round from the end', async () => {
    const [up, down] = [await walk('weight', 7), await walk('-weight', 9)]
    expect(down.ids).toEqual(up.ids.toReversed())
  })

  it('takes words as they are', async () => {
    expect((await walk('name', 50, 'fruit 3')).ids.length).toBeGreaterThan(5)
    expect((await walk('name', 50, 'fruit%')).ids).toEqual([])
    expect((await walk('name', 50, 'f_uit')).ids).toEqual([])
  })

  it('refuses what is no column, no cursor, or the cursor of another order', async () => {
    const select = db.selectFrom('fruit').select('id')
    const malformed = expect.objectContaining({ code: 'request_malformed' })
    const { next } = await pageOf(db, select, { columns }, { limit: 5, sort: 'name' })
    expect(next).not.toBeNull()
    for (const query of [{ sort: 'id; drop table fruit' }, { after: 'x' }, { sort: 'weight', after: next! }])
      await expect(pageOf(db, select, { columns }, query)).rejects.toEqual(malformed)
  })
})
