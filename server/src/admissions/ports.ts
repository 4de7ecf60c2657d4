import type { QueryExecutorProvider } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Db, Tx } from '../database.ts'
import type { Staff } from '../routing.ts'

/** A door or an entrance with a camera. */
export type DoorDevice = {
  id: string
  name: string
  kind: string
  shopId: string
  organisationId: string
  state: string
}

/** What admissions is made of, and asks of the rest of the house. */
export type AdmissionParts = {
  db: Db
  clock: Clock
  devices: { find(id: string): Promise<DoorDevice | null> }
  shops: {
    /** IANA name of the shop's time zone. */
    timeZoneOf(shopId: string): Promise<string>
    /** Throws `not_found`, and writes down when it is another organisation's. */
    ownShop(staff: Staff, shopId: string): Promise<{ id: string; organisationId: string }>
  }
  /** Somebody said that this palm was used by another. */
  isFrozen(shopperId: string): Promise<boolean>
  pseudonymOf(organisationId: string, shopperId: string): string
  publish(
    tx: Tx,
    type: 'admission.granted' | 'admission.denied',
    organisationId: string,
    at: Date,
    data: Record<string, unknown>,
  ): Promise<void>
  announce(news: { organisationId: string; shopId: string; id: string }): void
  audit: {
    append(
      tx: QueryExecutorProvider,
      event: string,
      facts: Record<string, string | number | boolean | null>,
    ): Promise<unknown>
  }
}

export const nowOf = ({ clock }: Pick<AdmissionParts, 'clock'>): Date => new Date(clock.nowMs())
