import type { DeviceKind, NewsKind } from '@paume/contract'
import type { FastifyRequest } from 'fastify'
import type { QueryExecutorProvider } from 'kysely'
import type { Mail } from '../outbox/mail.ts'
import type { Staff } from '../routing.ts'

/** Devices of one shop that are not revoked. `cameras`: those that have one, and how many of them were seen at work. */
export type DeviceFigures = { made: number; paired: number; online: number; cameras: number; camerasSeen: number }
export type DeviceAt = { id: string; kind: DeviceKind; name: string; laneId: string | null; isPaired: boolean }

/** What shops need of devices. */
export type DevicePort = {
  /** Shops without devices are missing. */
  figures(shopIds: readonly string[]): Promise<Map<string, DeviceFigures>>
  /** Those that are not revoked, in the order in which they were made. */
  of(shopId: string): Promise<DeviceAt[]>
  make(device: { kind: DeviceKind; shopId: string; laneId: string; name: string; terminalId?: string }): Promise<string>
  /** A code for paper, good for 14 days; codes given before are good no more. */
  sheetCode(deviceId: string, staffId: string | null): Promise<{ code: string; expiresAt: Date }>
  revokeAll(staff: Staff, shopId: string): Promise<number>
}

/** What shops need of payments. */
export type PaymentPort = {
  /** Those of them where anybody has ever paid or tried to. */
  used(db: QueryExecutorProvider, shopIds: readonly string[]): Promise<Set<string>>
  /** When the first payment of a shop was approved. */
  firstPaidAt(shopId: string): Promise<Date | null>
  /** Days of an organisation without a calendar end in this time zone from now on. */
  agreeCalendar(db: QueryExecutorProvider, organisationId: string, timeZone: string): Promise<void>
  /** The processor account of an organisation, by the name that pages show; null: it has none of its own. */
  accountOf(organisationId: string): Promise<string | null>
}

/** What shops need of staff. */
export type StaffPort = {
  /** People whose rights reach this shop. */
  peopleAt(organisationId: string, shopId: string): Promise<number>
  inviteOwner(
    staff: Staff,
    request: FastifyRequest,
    owner: { organisationId: string; name: string },
  ): Promise<{ link: string; expiresAt: string }>
}

export type MerchantPorts = {
  devices: DevicePort
  payments: PaymentPort
  staff: StaffPort
  announce(news: { kind: NewsKind; organisationId: string | null; shopId: string | null; id: string | null }): void
  /** Hands a mail over with the transaction that it belongs to; null: none is sent. */
  mail: ((mail: Mail) => Promise<unknown>) | null
  /** Where this server is reached, for links on paper and in mail. */
  origin(request: FastifyRequest): string
}
