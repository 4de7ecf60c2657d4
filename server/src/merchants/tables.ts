import type {
  ConsoleLanguage,
  Currency,
  FlashPolicy,
  ImportState,
  Jurisdiction,
  LaneKind,
  OrganisationState,
  RowOutcome,
  RowProblem,
  ShopFormat,
  ShopState,
} from '@paume/contract'
import type { ColumnType, Generated } from 'kysely'
import type { ShopBefore, WantedShop } from './import/wanted.ts'

/** `own`: only palms that were registered with the organisation. `network`: also those of everybody who agreed to the network. */
export type GalleryChoice = 'own' | 'network'

type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>
type Json<T> = ColumnType<T, string, string>
type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>
/** A day without a time; read as text by `::text`. */
type Day = ColumnType<Date, string, string>

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
    state: Generated<OrganisationState>
    legal_name: Nullable<string>
    country: Nullable<string>
    languages: Generated<string[]>
    /** For its shops that name none; null: by the address. */
    jurisdiction: Nullable<Jurisdiction>
    decided_at: Nullable<Date>
    /** Staff; null: the operator's token. */
    decided_by: Nullable<string>
    created_at: Generated<Date>
  }
  organisation_applications: {
    organisation_id: string
    contact_name: string
    contact_mail: string
    shops_planned: number
    note: string | null
    language: ConsoleLanguage
    /** Of the link in the mail; null once it was opened. */
    token_sha256: Buffer | null
    mail_confirmed_at: Nullable<Date>
    made_at: Date
  }
  brands: { id: string; organisation_id: string; name: string; created_at: Generated<Date> }
  rollout_phases: {
    id: string
    organisation_id: string
    name: string
    starts_on: Nullable<string>
    ends_on: Nullable<string>
    created_at: Generated<Date>
  }
  shops: {
    id: string
    organisation_id: string
    name: string
    /** The merchant's own. */
    number: Nullable<string>
    brand_id: Nullable<string>
    phase_id: Nullable<string>
    street: Nullable<string>
    town: Nullable<string>
    region: Nullable<string>
    postal_code: Nullable<string>
    time_zone: Generated<string>
    jurisdiction: Jurisdiction
    format: Generated<ShopFormat>
    state: Generated<ShopState>
    live_at: Nullable<Date>
    ever_live: Generated<boolean>
    /** The sign that was attested last and not withdrawn. */
    sign_jurisdiction: Nullable<Jurisdiction>
    sign_version: Nullable<number>
    sign_printed_at: Nullable<Date>
    /** The list that it came with. */
    import_id: Nullable<string>
    currency: Currency
    languages: string[]
    /** ISO 3166-1, for phone numbers without a country code. */
    country: string
    /** Degrees, WGS 84; both or neither. */
    latitude_deg: Generated<number | null>
    longitude_deg: Generated<number | null>
    created_at: Generated<Date>
  }
  lanes: {
    id: string
    shop_id: string
    name: string
    kind: LaneKind
    register: Generated<boolean>
    position: number
    created_at: Generated<Date>
  }
  attestation_photos: { sha256: string; bytes: Buffer; width_px: number; height_px: number }
  shop_attestations: {
    id: string
    organisation_id: string
    shop_id: string
    jurisdiction: Jurisdiction
    pack_version: number
    sign_sha256: string
    posted_on: Day
    entrances: Nullable<number>
    note: Nullable<string>
    photo_sha256: Nullable<string>
    /** A name; null: a seed. */
    attested_by: Nullable<string>
    attested_at: Date
    withdrawn_at: Nullable<Date>
    withdrawn_by: Nullable<string>
  }
  shop_imports: {
    id: string
    organisation_id: string
    file_name: string
    file_sha256: string
    size_bytes: number
    state: ImportState
    problem: Nullable<string>
    problem_hint: Nullable<string>
    encoding: Nullable<string>
    separator: Nullable<string>
    ignored_columns: Generated<string[]>
    rows_read: Generated<number>
    rows_checked: Generated<number>
    count_new: Generated<number>
    count_change: Generated<number>
    count_same: Generated<number>
    count_error: Generated<number>
    created_at: Date
    created_by: Nullable<string>
    /** When somebody last worked on it: one that stands still was dropped. */
    worked_at: Date
    applied_at: Nullable<Date>
    applied_by: Nullable<string>
    undone_at: Nullable<Date>
    undone_by: Nullable<string>
  }
  shop_import_rows: {
    id: Generated<string>
    import_id: string
    row: number
    outcome: RowOutcome
    number: string | null
    name: string | null
    town: string | null
    /** The shop that it is about; of a new one, the one to be. */
    shop_id: string | null
    wanted: NullableJson<WantedShop>
    before: NullableJson<ShopBefore>
    problems: Json<RowProblem[]>
    applied: Generated<boolean>
  }
}
