import type { FlashPolicy } from '@paume/contract'
import type { Generated } from 'kysely'

/** `own`: only palms that were registered with the organisation. `network`: also those of everybody who agreed to the network. */
export type GalleryChoice = 'own' | 'network'

/** The tables that `merchants` owns. */
export type MerchantTables = {
  organisations: {
    id: string
    name: string
    flash: Generated<FlashPolicy>
    /** Whose palms its terminals look for besides its own. */
    gallery: Generated<GalleryChoice>
    /** When it agreed to the network's gallery; null: it has not, or withdrew. */
    gallery_agreed_at: Generated<Date | null>
    created_at: Generated<Date>
  }
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
