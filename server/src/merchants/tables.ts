import type { FlashPolicy } from '@paume/contract'
import type { Generated } from 'kysely'

/** The tables that `merchants` owns. */
export type MerchantTables = {
  organisations: { id: string; name: string; flash: Generated<FlashPolicy>; created_at: Generated<Date> }
  shops: {
    id: string
    organisation_id: string
    name: string
    currency: string
    languages: string[]
    /** ISO 3166-1, for phone numbers without a country code. */
    country: string
    /** Degrees, WGS 84; both or neither. */
    latitude_deg: Generated<number | null>
    longitude_deg: Generated<number | null>
    created_at: Generated<Date>
  }
}
