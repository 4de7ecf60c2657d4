import type { FlashPolicy } from '@paume/contract'
import type { Audit } from '../audit/service.ts'
import { type Db, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'

export type Shop = {
  id: string
  name: string
  currency: string
  languages: string[]
  country: string
  /** The policy of its organisation. */
  flash: FlashPolicy
  organisation: { id: string; name: string }
}

export type Merchants = {
  shop(shopId: string): Promise<Shop | null>
  shops(): Promise<Shop[]>
  /** Adds an organisation with its shops; what is already there under the same id stays as it is. */
  add(tx: Tx, organisation: { id: string; name: string }, shops: Omit<Shop, 'organisation' | 'flash'>[]): Promise<void>
  organisationExists(organisationId: string): Promise<boolean>
  /** Throws `not_found`. */
  setFlash(organisationId: string, flash: FlashPolicy): Promise<void>
}

export function createMerchants(db: Db, audit: Audit): Merchants {
  const all = () =>
    db
      .selectFrom('shops')
      .innerJoin('organisations', 'organisations.id', 'shops.organisation_id')
      .select(['shops.id', 'shops.name', 'shops.currency', 'shops.languages', 'shops.country'])
      .select(['organisations.id as organisationId', 'organisations.name as organisationName', 'organisations.flash'])
  type Row = Omit<Shop, 'organisation'> & { organisationId: string; organisationName: string }
  const toShop = ({ organisationId, organisationName, ...shop }: Row): Shop => ({
    ...shop,
    organisation: { id: organisationId, name: organisationName },
  })
  return {
    async shop(shopId) {
      const row = await all().where('shops.id', '=', shopId).executeTakeFirst()
      return row === undefined ? null : toShop(row)
    },
    async shops() {
      return (await all().orderBy('shops.id').execute()).map(toShop)
    },
    async organisationExists(organisationId) {
      const found = db.selectFrom('organisations').select('id').where('id', '=', organisationId)
      return (await found.executeTakeFirst()) !== undefined
    },
    setFlash: (organisationId, flash) =>
      withTransaction(db, async (tx) => {
        const change = tx.updateTable('organisations').set({ flash }).where('id', '=', organisationId)
        if ((await change.executeTakeFirst()).numUpdatedRows !== 1n) throw new Failure('not_found')
        await audit.append(tx, 'organisation_flash_set', { organisationId, flash })
      }),
    async add(tx, organisation, shops) {
      await tx
        .insertInto('organisations')
        .values(organisation)
        .onConflict((on) => on.column('id').doNothing())
        .execute()
      for (const shop of shops) {
        await tx
          .insertInto('shops')
          .values({ ...shop, organisation_id: organisation.id })
          .onConflict((on) => on.column('id').doNothing())
          .execute()
      }
    },
  }
}
