import type { Db } from '../database.ts'

type Named = { id: string; name: string }

/** What others need to know of organisations and shops to show them and to hold staff to their own. */
export type MerchantNames = {
  organisation(id: string): Promise<Named | null>
  organisations(ids: readonly string[]): Promise<Map<string, string>>
  /** Those of the organisation, by name; what is no shop of it is missing. */
  shopsOf(organisationId: string, shopIds: readonly string[]): Promise<Named[]>
  /** By name, as many as a list to choose from can hold. */
  allOrganisations(): Promise<Named[]>
  allShopsOf(organisationId: string): Promise<Named[]>
}

/** Organisations or shops to choose from. */
const MOST_NAMES = 1_000

export function createMerchantNames(db: Db): MerchantNames {
  const organisations = (ids: readonly string[]) =>
    db
      .selectFrom('organisations')
      .select(['id', 'name'])
      .where('id', 'in', [...new Set(ids)])
      .execute()
  return {
    allOrganisations: () =>
      db.selectFrom('organisations').select(['id', 'name']).orderBy('name').limit(MOST_NAMES).execute(),
    allShopsOf: (organisationId) =>
      db
        .selectFrom('shops')
        .select(['id', 'name'])
        .where('organisation_id', '=', organisationId)
        .orderBy('name')
        .limit(MOST_NAMES)
        .execute(),
    organisation: async (id) => (await organisations([id]))[0] ?? null,
    async organisations(ids) {
      return new Map(ids.length === 0 ? [] : (await organisations(ids)).map(({ id, name }) => [id, name]))
    },
    async shopsOf(organisationId, shopIds) {
      if (shopIds.length === 0) return []
      const shops = db.selectFrom('shops').select(['id', 'name']).where('organisation_id', '=', organisationId)
      return shops
        .where('id', 'in', [...shopIds])
        .orderBy('name')
        .execute()
    },
  }
}
