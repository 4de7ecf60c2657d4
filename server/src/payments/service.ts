import type { Guidance, HandSide, Payment, PaymentCreate, Receipt } from '@paume/contract'
import type { QueryExecutorProvider } from 'kysely'
import type { Caller, IdentityAssertion } from './ports.ts'

export type PalmReason = 'not_recognised' | 'ambiguous' | 'liveness_failed' | 'poor_quality'

/** How one hover ended when it did not identify a shopper. Identified hovers go to `authorise`. */
export type HoverOutcome =
  /** Costs one of the two hovers; after the second the payment is declined with this reason. */
  | { kind: 'failed'; reason: PalmReason }
  /** One palm was not enough to be sure: the next hover must show this hand. Costs no hover. */
  | { kind: 'other_palm'; hand: HandSide }

/** The key a till sends with a request that moves money, and the request it belongs to. */
export type IdempotentRequest = { key: string; method: string; path: string; body: unknown }

/** Long poll: hold the reply up to `waitMs` until the version is above `afterVersion`. */
export type Wait = { waitMs: number; afterVersion: number; signal?: AbortSignal }

/**
 * The life of a payment. Every method answers the payment as it stands afterwards. A caller of another shop learns nothing:
 * `payment_unknown`. Moves that the state does not allow throw `payment_state`.
 */
export interface PaymentService {
  /**
   * Throws `terminal_unknown`, `terminal_offline`, `terminal_busy`, `amount_invalid`, `currency_unsupported`,
   * `idempotency_key_conflict`.
   */
  create(caller: Caller, terminalId: string, request: PaymentCreate, idempotent: IdempotentRequest): Promise<Payment>
  /** The terminal shows amount and merchant. Safe to repeat. */
  present(caller: Caller, paymentId: string): Promise<Payment>
  /** Before the palm only. */
  chooseTip(caller: Caller, paymentId: string, tipMinor: number): Promise<Payment>
  /** By till or shopper in every state; while authorising, the charge is voided as soon as it turns out approved. */
  cancel(caller: Caller, paymentId: string): Promise<Payment>
  capture(
    caller: Caller,
    paymentId: string,
    amountMinor: number | undefined,
    idempotent: IdempotentRequest,
  ): Promise<Payment>
  refund(
    caller: Caller,
    paymentId: string,
    refund: { amountMinor?: number; reason?: string },
    idempotent: IdempotentRequest,
  ): Promise<Payment>

  /** Without a caller: for the server's own use. Throws `payment_unknown`. */
  byId(paymentId: string, caller?: Caller): Promise<Payment>
  /** Payments of the caller's shop with this reference, newest first. */
  byReference(caller: Caller, reference: string): Promise<Payment[]>
  /** The payment that occupies the terminal, or null. */
  activeOf(terminalId: string): Promise<Payment | null>
  receipt(caller: Caller, paymentId: string): Promise<Receipt>

  /** A challenge was redeemed: a sealed capture of this hover is being worked on. presented → palm_captured. */
  recordPalmCaptured(paymentId: string, captureId: string): Promise<Payment>
  /** palm_captured → presented, or declined after the last hover. */
  recordHoverOutcome(paymentId: string, outcome: HoverOutcome, guidance: Guidance[]): Promise<Payment>
  /**
   * palm_captured → identified → authorising → approved | declined | unknown. The intent is committed before the processor is
   * asked. When the outcome could not be recorded the answer is still `authorising`: tell people "unknown", never "failed".
   * Throws `assertion_invalid`, `assertion_expired`, `assertion_spent`.
   */
  authorise(paymentId: string, assertion: IdentityAssertion): Promise<Payment>

  /** True while a payment of this shopper may still move money: erasure of the card waits for it. */
  hasOpenPayment(tx: QueryExecutorProvider, shopperId: string): Promise<boolean>

  waitForChange(caller: Caller, paymentId: string, wait: Wait): Promise<Payment>
  /** Long poll of a terminal: resolves when its active payment is another, or newer, than `after` says. */
  waitForTerminal(
    caller: Caller,
    terminalId: string,
    wait: { waitMs: number; after: { paymentId: string; version: number } | null; signal?: AbortSignal },
  ): Promise<Payment | null>
}
