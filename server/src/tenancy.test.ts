import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../test/test-database.ts'
import { createAudit } from './audit/service.ts'
import { movableClock } from './clock.ts'
import { type DatabaseHandle, withTransaction } from './database.ts'
import { openServerDatabase } from './database-role.ts'
import { TENANT_TABLES } from './database-tenant.ts'
import { createMerchants } from './merchants/service.ts'
import type { Staff } from './routing.ts'
import { createTenancy, type Tenancy } from './tenancy.ts'

const DENIED = expect.objectContaining({ code: '42501' })
const owner = (organisationId: string | null): Staff => ({
  id: `stf_${organisationId}`,
  name: 'Test',
  organisationId,
  shopIds: null,
  roles: organisationId === null ? ['operator'] : ['owner'],
})

let database: Awaited<ReturnType<typeof createTestDatabase>>
let handle: DatabaseHandle
let tenancy: Tenancy
beforeAll(async () => {
  database = await createTestDatabase()
  const opened = await openServerDatabase({ databaseUrl: database.url, production: true })
  handle = opened.database
  expect(opened.tenants).toBe(true)
  const audit = createAudit(handle.db, movableClock())
  tenancy = createTenancy({ db: handle.db, audit, enforced: opened.tenants })
  const merchants = createMerchants(handle.db, audit)
  for (const name of ['a', 'b']) {
    const shops = [1, 2].map((n) => ({
      id: `shop_${name}${n}`,
      name,
      currency: 'USD',
      languages: ['en'],
      country: 'US',
    }))
    await withTransaction(handle.db, (tx) => merchants.add(tx, { id: `org_${name}`, name }, shops))
  }
})
afterAll(async () => {
  await handle.close()
  await database.drop()
})

const shopsFor = (staff: Staff) =>
  tenancy.within(staff, async (tx) =>
    (await tx.selectFrom('shops').select('id').orderBy('id').execute()).map(({ id }) => id),
  )

describe('what staff may see', () => {
  it('is the rows of their organisation, though the query names no organisation', async () => {
    expect(await shopsFor(owner('org_a'))).toEqual(['shop_a1', 'shop_a2'])
    expect(await shopsFor(owner('org_b'))).toEqual(['shop_b1', 'shop_b2'])
    expect(await shopsFor(owner(null))).toHaveLength(4)
    // Connections are used again: what one was asked for leaves no trace for the next.
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, n) => shopsFor(owner(['org_a', 'org_b', null][n % 3]!))),
    )
    expect(all.map((shops) => shops.length)).toEqual(all.map((_, n) => (n % 3 === 2 ? 4 : 2)))
    expect(await handle.db.selectFrom('shops').select('id').execute()).toHaveLength(4)
  })

  it('is nothing where nobody says which organisation', async () => {
    const seen = await withTransaction(handle.db, async (tx) => {
      await sql`set local role paume_tenant`.execute(tx)
      return tx.selectFrom('shops').select('id').execute()
    })
    expect(seen).toEqual([])
  })

  it('is only looked at, in the tables that are for it', async () => {
    const a = owner('org_a')
    for (const statement of [
      sql`update shops set name = 'x'`,
      sql`delete from shops`,
      sql`select * from palm_templates`,
      sql`select * from shopper_sessions`,
      sql`select * from wallet_instrument`,
      sql`select * from stripe_key`,
    ])
      await expect(tenancy.within(a, (tx) => statement.execute(tx))).rejects.toEqual(DENIED)
    for (const table of Object.keys(TENANT_TABLES))
      expect((await tenancy.within(a, (tx) => sql`select * from ${sql.table(table)}`.execute(tx))).rows.length).toBe(
        { organisations: 1, shops: 2 }[table] ?? 0,
      )
  })

  it('has a rule for every table that names an organisation and may be read', async () => {
    const { rows } = await sql<{ name: string }>`
      select c.relname as name from pg_class c
       where has_table_privilege('paume_tenant', c.oid, 'select') and c.relnamespace = 'public'::regnamespace
         and not c.relrowsecurity`.execute(handle.db)
    expect(rows).toEqual([])
  })

  it('says the same of another organisation’s row as of none, and writes down who asked', async () => {
    const read = (id: string) => (db: Pick<typeof handle.db, 'selectFrom'>) =>
      db.selectFrom('shops').select('id').where('id', '=', id).executeTakeFirst()
    const entries = async () =>
      (await handle.db.selectFrom('audit_entries').selectAll().where('event', '=', 'foreign_id_asked').execute()).map(
        ({ facts }) => JSON.parse(facts),
      )
    const ask = (id: string) => tenancy.own(owner('org_a'), { kind: 'shop', id }, read(id))
    expect(await ask('shop_a1')).toEqual({ id: 'shop_a1' })
    await expect(ask('shop_none')).rejects.toMatchObject({ code: 'not_found' })
    expect(await entries()).toEqual([])
    await expect(ask('shop_b1')).rejects.toMatchObject({ code: 'not_found' })
    expect(await entries()).toEqual([{ staffId: 'stf_org_a', organisationId: 'org_a', kind: 'shop', id: 'shop_b1' }])
  })
})
