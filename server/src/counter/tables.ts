import type { CatalogueItemWrite, TaxMode, TicketWrite } from '@paume/contract'
import type { ColumnType, Generated } from 'kysely'

/** The tables that `counter` owns. */
export interface CounterTables {
  counter_shop: { shop_id: string; tax_mode: TaxMode }
  counter_item: {
    shop_id: string
    id: string
    /** The order in which items were put in. */
    place: Generated<bigint>
    name: string
    names: ColumnType<CatalogueItemWrite['names'] | null, string | null, string | null>
    price_minor: bigint
    tax_basis_points: number
    picture: string
    /** In the one spelling of `normalGtin`. */
    barcode: string | null
    /** Null for what the sandbox put in. */
    changed_by: string | null
    changed_at: Date
  }
  counter_ticket: {
    shop_id: string
    reference: string
    body: ColumnType<TicketWrite, string, never>
    written_by: string
    created_at: Date
  }
}
