import type { ADMITS, AdmissionDenial, ZoneWindow } from '@paume/contract'
import type { Generated, JSONColumnType } from 'kysely'

/** The tables that `admissions` owns. */
export interface AdmissionTables {
  admission_zone: {
    id: string
    organisation_id: string
    shop_id: string
    name: string
    admits: (typeof ADMITS)[number]
    windows: JSONColumnType<ZoneWindow[], string, string>
    again_after_minutes: number | null
    created_at: Date
    removed_at: Date | null
  }
  admission_door: { device_id: string; zone_id: string; direction: 'in' | 'out' }
  admission_grant: {
    zone_id: string
    shopper_ref: string
    label: string
    valid_from: Date | null
    valid_to: Date | null
    created_at: Date
  }
  admission_ticket: {
    id: string
    organisation_id: string
    zone_id: string
    /** The seller's own number. */
    reference: string
    valid_from: Date
    valid_to: Date
    admits: number
    used: Generated<number>
    shopper_ref: string | null
    cancelled_at: Date | null
    created_at: Date
  }
  /** Who is in a zone that counts. */
  admission_presence: { zone_id: string; shopper_ref: string; since: Date }
  admission_event: {
    id: string
    organisation_id: string
    shop_id: string
    zone_id: string | null
    device_id: string
    direction: 'in' | 'out'
    outcome: 'granted' | 'denied'
    reason: AdmissionDenial | null
    shopper_ref: string | null
    ticket_id: string | null
    /** The hover it came of; once. */
    capture_id: string | null
    at: Date
  }
}
