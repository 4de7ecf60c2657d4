import type { CaptureRequest, Currency, Payment, PaymentCreate, Receipt } from '@paume/contract'
import type { QueryExecutorProvider } from 'kysely'

/** The register a key stands for, as payments knows callers. */
export type TillCaller = { deviceId: string; kind: 'register'; shopId: string; organisationId: string }
/** The key of a request that moves money, and what it stands for. */
export type TillRequest = { key: string; method: string; path: string; body: unknown }

/** Payments, as a till may use it. */
export interface TillPayments {
  create(caller: TillCaller, terminalId: string, request: PaymentCreate, idempotent: TillRequest): Promise<Payment>
  cancel(caller: TillCaller, paymentId: string): Promise<Payment>
  refund(
    caller: TillCaller,
    paymentId: string,
    refund: { amountMinor?: number; reason?: string },
    idempotent: TillRequest,
  ): Promise<Payment>
  capture(caller: TillCaller, paymentId: string, wish: CaptureRequest, idempotent: TillRequest): Promise<Payment>
  byId(paymentId: string, caller?: TillCaller): Promise<Payment>
  activeOf(terminalId: string): Promise<Payment | null>
  receipt(caller: TillCaller, paymentId: string): Promise<Receipt>
  waitForChange(
    caller: TillCaller,
    paymentId: string,
    wait: { waitMs: number; afterVersion: number; signal?: AbortSignal },
  ): Promise<Payment>
  readonly stopping: boolean
}

/** One line of the day's totals: a card brand and what was done with it. Minor units. */
export type DayTotal = {
  kind: 'sales' | 'refunds' | 'declined'
  currency: string
  /** Null for declined payments, which may never have come to a card. */
  cardBrand: string | null
  count: number
  amountMinor: number
}

export interface TillBooks {
  /** What payments answered to this key at first, or null when it never saw it. */
  replay(caller: TillCaller, idempotent: TillRequest): Promise<Payment | null>
  /** The date there where the organisation is. */
  dayOf(organisationId: string, at: Date): Promise<string>
  /** Sales approved, refunds made and payments declined on such a day. */
  dayTotals(shop: { shopId: string; organisationId: string }, day: string): Promise<DayTotal[]>
}

/** A device as a till needs to know it. */
export type TillDevice = {
  id: string
  kind: string
  shopId: string
  organisationId: string
  revoked: boolean
  online: boolean
}

export interface TillDevices {
  find(deviceId: string): Promise<TillDevice | null>
  terminalsOf(shopId: string): Promise<TillDevice[]>
  /** The device was heard of just now. */
  seen(deviceId: string): Promise<void>
}

/** Wakes who waits for what `tell` told, on whatever node. A hint only: who waits looks again by itself, after `lookAgainMs` at the latest. */
export interface TillHints {
  next(topic: string, limitMs: number, signal?: AbortSignal, lookAgainMs?: number): Promise<void>
}

export interface TillShops {
  currencyOf(shopId: string): Promise<Currency | null>
}

export interface TillAudit {
  append(
    tx: QueryExecutorProvider,
    event: string,
    facts: Record<string, string | number | boolean | null>,
  ): Promise<unknown>
}

/** The guarded way out: only to https on the public internet, wherever a name or a redirect leads. */
export interface TillPush {
  /** Throws `webhook_url_refused`. */
  check(url: string): void
  /** One attempt; never throws. `delivered` only with a 2xx. */
  send(
    url: string,
    message: { headers: Record<string, string>; body: Buffer },
  ): Promise<{ delivered: boolean; status: number | null; fault: string | null; retryAfterMs: number | null }>
}
