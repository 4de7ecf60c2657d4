import type { Currency, Jurisdiction, RowProblem, ShopFormat } from '@paume/contract'

/** What a row says of a shop; what it leaves empty is missing, and stays as it is. */
export type WantedShop = {
  number?: string
  name?: string
  brand?: string
  phase?: string
  street?: string
  town?: string
  region?: string
  postalCode?: string
  country?: string
  latitudeDeg?: number
  longitudeDeg?: number
  timeZone?: string
  currency?: Currency
  languages?: string[]
  jurisdiction?: Jurisdiction
  format?: ShopFormat
  tills?: number
  registers?: number
  gates?: number
  kiosks?: number
}
/** Fields that stand in the row of a shop itself. */
export type ShopRowFields = Omit<WantedShop, 'brand' | 'phase' | 'tills' | 'registers' | 'gates' | 'kiosks'> & {
  brandId?: string | null
  phaseId?: string | null
}
/** What a list changed of a shop, as it was: enough to put it back. `null` stands for nothing. */
export type ShopBefore = { [K in keyof WantedShop]?: WantedShop[K] | null }

/** A row as it was read. `derived` is for shops that are new: what follows from the address where the row says nothing. */
export type ReadRow = {
  row: number
  wanted: WantedShop
  derived: WantedShop
  problems: RowProblem[]
  /** Problems only where the shop is new: of an old one it is known already. */
  problemsIfNew: RowProblem[]
}

/** What holds for rows that say nothing, from the organisation. */
export type Defaults = { country: string | null; languages: string[]; jurisdiction: Jurisdiction | null }
