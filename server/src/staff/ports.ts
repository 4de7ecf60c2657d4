/** Something with a name that a page shows. */
export type Named = { id: string; name: string }

/** What staff need to know of merchants. */
export interface Places {
  /** Null: there is none. */
  organisation(id: string): Promise<Named | null>
  organisations(ids: readonly string[]): Promise<Map<string, string>>
  /** Those of the organisation only; what is no shop of it is missing. */
  shopsOf(organisationId: string, shopIds: readonly string[]): Promise<Named[]>
  /** To choose from, by name. */
  allOrganisations(): Promise<Named[]>
  allShopsOf(organisationId: string): Promise<Named[]>
}
