import type { CaptureRequest, Payment } from '@paume/contract'
import type { QueryExecutorProvider } from 'kysely'
import type { Staff } from '../routing.ts'

/** The gate on whose behalf money is moved. */
export type GateCaller = { deviceId: string; kind: 'gate'; shopId: string; organisationId: string }

export type GatePayer =
  | { kind: 'palm'; assertion: string }
  | { kind: 'card'; card: GateCard }
  | { kind: 'visit'; entryPaymentId: string }
/** A card that was held to a reader, as the processor keeps it. */
export type GateCard = { processor: string; token: string; brand: string; last4: string }

type Once = { key: string; method: string; path: string; body: unknown }

/** What gates ask of payments. Each answers the payment as it then stands; the same key never does a thing twice. */
export interface GatePayments {
  charge(
    caller: GateCaller,
    wish: {
      paymentId: string
      amountMinor: bigint
      currency: string
      reference: string
      capture: 'manual' | 'automatic'
      payer: GatePayer
    },
  ): Promise<Payment>
  /** Null: it was never made. */
  find(caller: GateCaller, paymentId: string): Promise<Payment | null>
  increment(caller: GateCaller, paymentId: string, amountMinor: number, once: Once): Promise<Payment>
  capture(caller: GateCaller, paymentId: string, wish: CaptureRequest, once: Once): Promise<Payment>
  cancel(caller: GateCaller, paymentId: string): Promise<Payment>
  refund(
    caller: GateCaller,
    paymentId: string,
    wish: { amountMinor: number; reason: string },
    once: Once,
  ): Promise<Payment>
}

/** Cards at a reader, without a palm. */
export interface GateCards {
  begin(organisationId: string, setupId: string): Promise<{ setupId: string; clientSecret: string; confirmUrl: string }>
  /** Null: not known, or not a card that can be charged. */
  find(organisationId: string, setupId: string): Promise<GateCard | null>
}

export type GateShopFacts = {
  id: string
  name: string
  currency: string
  organisationId: string
}
export type GateDevice = {
  id: string
  name: string
  kind: string
  shopId: string
  organisationId: string
  state: 'unpaired' | 'paired' | 'revoked'
  online: boolean
}

export interface GateHouse {
  shop(shopId: string): Promise<GateShopFacts | null>
  shops(): Promise<GateShopFacts[]>
  /** Throws `not_found`, and writes down when it is another organisation's. */
  ownShop(staff: Staff, shopId: string): Promise<GateShopFacts>
  device(deviceId: string): Promise<GateDevice | null>
  gates(): Promise<GateDevice[]>
  /** What a shop sells under this number; null: nothing. */
  priceOf(shopId: string, sku: string): Promise<{ name: string; unitMinor: number } | null>
}

export interface GateAudit {
  append(
    tx: QueryExecutorProvider,
    event: string,
    facts: Record<string, string | number | boolean | null>,
  ): Promise<unknown>
}

/** Says that something changed which pages show. Never waits, never throws. */
export type GateNews = (news: { organisationId: string; shopId: string; id: string }) => void
