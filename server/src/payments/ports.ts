import type { DeviceKind } from '@paume/contract'
import type { QueryExecutorProvider } from 'kysely'
import type { Tx } from '../database.ts'

/** A signed statement "this shopper stands at this terminal for this payment". A string to everyone but its maker. */
export type IdentityAssertion = string & { readonly __brand: 'IdentityAssertion' }

/** What an assertion is bound to. It is good for exactly one payment of exactly one amount. */
export type AssertionClaims = {
  /** Spent once: its row is written in the transaction that writes the intent to authorise. */
  nonce: string
  shopperId: string
  terminalId: string
  /** The shop that is paid. */
  payeeId: string
  paymentId: string
  /** Total including the tip, minor units. */
  amountMinor: bigint
  currency: string
  expiresAt: Date
}

export interface AssertionVerifier {
  /** Checks form and signature only; payments checks what it is bound to. Throws `assertion_invalid`. */
  verify(assertion: IdentityAssertion): Promise<AssertionClaims>
}

export type Instrument = { instrumentId: string; processor: string; token: string; brand: string; last4: string }

export type InstrumentLookup =
  /** `instrument` is the default; `others` can pay too. */
  | { kind: 'found'; instrument: Instrument; others: readonly Instrument[] }
  | { kind: 'none' }
  /** There are cards and none can pay. */
  | { kind: 'unusable'; reason: 'card_expired' | 'card_lost' | 'no_instrument' }
  /** Reported as used by another: nothing is paid until that is cleared up. */
  | { kind: 'frozen' }
  | { kind: 'erased' }

export interface ShopperInstruments {
  /** In a transaction: what is found stays until it ends, an erasure waits. */
  instrumentOf(shopperId: string, tx?: QueryExecutorProvider): Promise<InstrumentLookup>
  /** The issuer says that this card is lost or over: it is looked up again once the transaction has committed. */
  troubled(tx: QueryExecutorProvider, instrumentId: string): Promise<void>
}

export interface Disputes {
  /** What of a payment the card holder has taken back, or tries to: it is not refunded a second time. Minor units. */
  claimedMinor(tx: QueryExecutorProvider, paymentId: string): Promise<bigint>
}

/** Whether the shopper proved more than the palm for this payment: digits, a PIN. */
export interface StepUp {
  /**
   * Asked before a charge above a limit that such a proof lifts, in the transaction of the intent. `not_available`: nothing was asked
   * of the shopper, or it was not right; the limit then stands.
   */
  provenFor(
    tx: QueryExecutorProvider,
    wish: {
      paymentId: string
      shopperId: string
      terminalId: string
      amountMinor: bigint
      currency: string
      limit: LimitName
    },
  ): Promise<'proven' | 'not_available'>
}

/** The limits by their stable names; the audit tells which one held. */
export type LimitName =
  | 'charge'
  | 'step_up'
  | 'shopper_day'
  | 'merchant_day'
  | 'shopper_rate'
  | 'card_rate'
  | 'terminal_rate'
  | 'distance'

/** A charge as limits look at it. */
export type ChargeWish = {
  paymentId: string
  organisationId: string
  shopId: string
  terminalId: string
  shopperId: string
  instrumentId: string
  /** The whole of the payment, tip included. */
  amountMinor: bigint
  currency: string
  now: Date
}

/** What may be charged, and how often. */
export interface ChargeLimits {
  /** In the transaction that writes the intent, after which the charge counts. Which limit it would break, or null. */
  exceeded(tx: Tx, wish: ChargeWish): Promise<LimitName | null>
  /** The same for what comes on top of an approved payment, which is locked. Amounts only: nobody comes a second time. */
  exceededByRaise(tx: Tx, wish: ChargeWish & { byMinor: bigint }): Promise<LimitName | null>
}

/** How the money of an organisation is moved. */
export interface ProcessorTerms {
  /** From memory: it is asked inside transactions. */
  termsOf(organisationId: string): {
    /** The processor whose cards it can charge; null: there is none. */
    processor: string | null
    /** Its own account there, in the processor's words; null: the account that the processor was opened with is paid. */
    merchantRef: string | null
    initiator: 'shopper' | 'merchant'
  }
}

/** A terminal as payments needs to know it. */
export type TerminalFacts = {
  terminalId: string
  kind: string
  shopId: string
  revoked: boolean
  /** Last heartbeat or long poll; null when never. */
  lastSeenAt: Date | null
}

export interface Terminals {
  find(terminalId: string): Promise<TerminalFacts | null>
  /** The terminal was heard of just now (a long poll counts like a heartbeat). */
  seen(terminalId: string): Promise<void>
}

/** Who is paid. Copied onto the payment when it is created: a later change of name does not rewrite receipts. */
export type Payee = {
  shopId: string
  shopName: string
  organisationId: string
  /** The name the shopper sees. */
  merchantName: string
  currency: string
  languages: readonly string[]
  /** Why nothing may be paid by palm there now; null: it may. */
  notLive?: string | null
}

export interface Payees {
  byShop(shopId: string): Promise<Payee | null>
}

/** The append-only log. Written in the transaction of what it tells of. No names, cards or palms in `facts`. */
export interface Audit {
  append(
    tx: QueryExecutorProvider,
    event: string,
    facts: Record<string, string | number | boolean | null>,
  ): Promise<unknown>
}

/** The signed device behind a request. */
export type Caller = {
  deviceId: string
  kind: DeviceKind
  shopId: string
  organisationId: string
}
