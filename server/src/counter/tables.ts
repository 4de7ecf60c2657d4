import type {
  CatalogueItemWrite,
  ParkedLine,
  TaxMode,
  TenderDay,
  TicketReturn,
  TicketWrite,
  TillDayReport,
} from '@paume/contract'
import type { ColumnType, Generated } from 'kysely'

/** Written once as JSON, read as what it was. */
type Kept<T> = ColumnType<T, string, never>

/** What a shop has taken and given back in all its time, as one snapshot of the database has it. A day is the difference of two. */
export type RunningTotals = {
  /** Every kind that ever moved; palm first. */
  tenders: TenderDay[]
  /** Entries of the shop's palm payments in the ledger, by account, debit positive. */
  books: { kind: string; balanceMinor: number }[]
}

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
  counter_return: {
    id: string
    shop_id: string
    organisation_id: string
    reference: string
    device_id: string
    key: string
    request_sha256: string
    lines: Kept<TicketReturn['lines']>
    taxes: Kept<TicketReturn['taxes']>
    lines_minor: bigint
    adjust_minor: bigint
    state: TicketReturn['state']
    /** The closed day of the till it is counted in. */
    day_number: number | null
    created_at: Date
  }
  counter_return_share: {
    return_id: string
    place: number
    part_id: string
    amount_minor: bigint
    state: TicketReturn['state']
  }
  counter_till_day: {
    shop_id: string
    number: number
    opened_at: Date | null
    closed_at: Date
    closed_by: string
    report: Kept<TillDayReport>
    totals: Kept<RunningTotals>
  }
  counter_day_ticket: { shop_id: string; reference: string; number: number }
  counter_parked: {
    shop_id: string
    id: string
    lines: Kept<ParkedLine[]>
    parked_by: string
    parked_at: Date
    taken_by: string | null
    claim: string | null
    taken_at: Date | null
  }
}
