import type { ConsoleNews, FunnelStep, HoverOutcome, HoverStage, NewsKind } from '@paume/contract'
import type { QueryExecutorProvider } from 'kysely'

/** Something that pages show has changed. Told to the staff of that organisation, and to operators; never waits, never throws. */
export type Announce = (news: {
  kind: NewsKind
  /** Null: of the installation, for operators only. */
  organisationId: string | null
  shopId: string | null
  id: string | null
}) => void
export type { ConsoleNews }

/** How closely a hand that was identified matched, as far as that is ever kept: the model, and one of ten steps (`SIMILARITY_FROM_NATS`). */
export type SimilarityBucket = { model: string; bucket: number }

/** The end of one hover. Nothing in it says whose hand it was. */
export type HoverObservation = {
  deviceId: string
  shopId: string
  organisationId: string
  outcome: HoverOutcome
  /** What was measured, ms; a stage that was not reached is missing. */
  stagesMs: Partial<Record<HoverStage, number>>
  /** Of the identified only. */
  similarity?: SimilarityBucket | null
  /** For the identified: how many hovers were refused before, within the same payment, entry or refund. */
  refusedBefore?: number
}
/** Hears the end of every hover. Never waits, never throws. */
export type ObserveHover = (observation: HoverObservation) => void

/** A step of a registration. Those of the funnel that payments know (`first_use`, `repeat`) are counted from payments. */
export type EnrolmentObservation = {
  deviceId: string
  shopId: string
  organisationId: string
  step: Exclude<FunnelStep, 'first_use' | 'repeat'>
}
/** Hears of every step of a registration, once each. Never waits, never throws. */
export type ObserveEnrolment = (observation: EnrolmentObservation) => void

/** A shop as reports name and place it. */
export type ReportShop = {
  id: string
  name: string
  organisation: { id: string; name: string }
  brand: { id: string; name: string } | null
  /** IANA name. */
  timeZone: string
}
export type ShopPort = {
  /** Of one organisation, or of all of them. Those that are closed for good, too: they have a past. */
  shopsOf(organisationId: string | null): Promise<ReportShop[]>
}
export type DevicePort = {
  /** Names of devices, revoked ones too; unknown ones are missing. */
  namesOf(deviceIds: readonly string[]): Promise<Map<string, string>>
}

/** When a shop's period begins and ends: `from` ≤ what counts < `to`. */
export type ShopPeriod = { shopId: string; timeZone: string; from: Date; to: Date }

/** How payments ended in a shop, by the hour of its own clock. */
export type PaymentCount = {
  shopId: string
  /** 0 to 23. */
  hour: number
  state: 'approved' | 'declined' | 'cancelled' | 'expired'
  reason: string | null
  count: number
}
/** Money that moved in a shop's period by the ledger. */
export type MoneySum = {
  shopId: string
  currency: string
  chargedMinor: bigint
  refundedMinor: bigint
  charges: number
  refunds: number
}
export type UseCount = { shopId: string; first: number; second: number }

/** What payments know. Each is asked within a tenant's transaction, so that the database holds rows of other organisations back. */
export type PaymentPort = {
  counts(db: QueryExecutorProvider, periods: readonly ShopPeriod[]): Promise<PaymentCount[]>
  money(db: QueryExecutorProvider, periods: readonly ShopPeriod[]): Promise<MoneySum[]>
  /** Shoppers who paid for the first, and for the second time at an organisation. */
  uses(db: QueryExecutorProvider, periods: readonly ShopPeriod[]): Promise<UseCount[]>
}

/** Something that waits to be done, as the page of health shows it. */
export type QueueState = {
  name: string
  waiting: number
  failing: number
  oldestAt: Date | null
  behindAfterMs: number
}
export type ProcessorState = {
  name: string
  sandbox: boolean
  unanswered: number
  oldestAt: Date | null
  lastAnsweredAt: Date | null
}
/** How this node is, as it tells the others. */
export type NodeState = {
  galleryLoaded: boolean
  networksReady: boolean
  palms: number
  templates: { model: string; count: number }[]
}
export type HealthPort = {
  version: string
  tenantsEnforced: boolean
  node(): NodeState
  queues(): Promise<QueueState[]>
  processors(): Promise<ProcessorState[]>
}

/** Whose things of other subjects are. */
export type OwnerPort = {
  /** The organisation of each shop, device, payment or person; unknown and other identifiers are missing. */
  organisationsOf(db: QueryExecutorProvider, ids: readonly string[]): Promise<Map<string, string>>
}
export type ProofPort = {
  /** An entry of the audit log as it was hashed, its hash, and the steps to the newest signed head; null: there is none. */
  receiptOf(sequence: bigint): Promise<{ entry: string; sha256: string; path: string[]; note: string } | null>
}
export type PseudonymPort = { pseudonymOf(organisationId: string, shopperId: string): string }
