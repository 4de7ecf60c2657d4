import type { CaptureRequest, Guidance, Language, Payment, PaymentCreate, Receipt } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import { Failure } from '../failure.ts'
import { acknowledgePayment } from './acknowledgement.ts'
import { authorisePayment, chargeChosen } from './authorise.ts'
import { cancelPayment } from './cancellation.ts'
import { capturePayment } from './capture.ts'
import { wantCardChoice } from './card-choice.ts'
import { createPayment, replayOf } from './creation.ts'
import { incrementPayment } from './increment.ts'
import type { HoverOutcome, IdempotentRequest, Wait } from './inputs.ts'
import { type TrialBalance, trialBalance } from './ledger/store.ts'
import type { PaymentParts } from './parts.ts'
import type { Caller, IdentityAssertion } from './ports.ts'
import { readReceipt } from './receipts.ts'
import { refundPayment } from './refund.ts'
import { chooseTip, presentPayment, recordHoverLost, recordHoverOutcome, recordPalmCaptured } from './shopper-steps.ts'
import { findByReference, findByShopper, type PaymentRow } from './store.ts'
import { paymentView, viewPayment } from './view.ts'
import { currentActive, currentPayment, waitForPayment, waitForTerminal } from './waiting.ts'

/**
 * The life of a payment. Every method answers the payment as it stands afterwards. A caller of another shop learns nothing:
 * `payment_unknown`. Moves that the state does not allow throw `payment_state`.
 */
export interface PaymentService {
  /**
   * Throws `terminal_unknown`, `terminal_offline`, `terminal_busy`, `amount_invalid`, `currency_unsupported`,
   * `idempotency_key_conflict`; as a part of a sale `sale_unknown`, `amount_exceeds`.
   */
  create(caller: Caller, terminalId: string, request: PaymentCreate, idempotent: IdempotentRequest): Promise<Payment>
  /** The terminal shows amount and merchant. Safe to repeat. */
  present(caller: Caller, paymentId: string): Promise<Payment>
  /** Before the palm only. */
  chooseTip(caller: Caller, paymentId: string, tipMinor: number): Promise<Payment>
  /** Before the palm only: the shopper wants to choose the card after it. Safe to repeat. */
  wantCardChoice(caller: Caller, paymentId: string, wanted: boolean): Promise<Payment>
  /** Charges the card chosen in `choosing_card`. Throws `card_choice_unknown`. */
  chooseCard(caller: Caller, paymentId: string, choice: number): Promise<Payment>
  /** By till or shopper in every state; while authorising, the charge is voided as soon as it turns out approved. */
  cancel(caller: Caller, paymentId: string): Promise<Payment>
  /** Holds more on the card of an approved payment that is not captured. Throws `increment_unsupported`. */
  increment(caller: Caller, paymentId: string, amountMinor: number, idempotent: IdempotentRequest): Promise<Payment>
  /** All that is authorised, less or more, with a tip told apart. Throws `amount_exceeds`, `amount_invalid`. */
  capture(caller: Caller, paymentId: string, wish: CaptureRequest, idempotent: IdempotentRequest): Promise<Payment>
  /** The till knows how the payment ended; of use where it promised to say so. Safe to repeat. */
  acknowledge(caller: Caller, paymentId: string): Promise<Payment>
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
  /** What this shopper was identified for, newest first. */
  ofShopper(shopperId: string): Promise<Payment[]>
  /** Every account with its balance; the sum over all of them is zero. */
  trialBalance(): Promise<TrialBalance>
  /** The payment that occupies the terminal, or null. */
  activeOf(terminalId: string): Promise<Payment | null>
  /** Throws `not_found` before approval. In the shop's first language when none is asked for. Without a caller: for the server's own use. */
  receipt(caller: Caller | null, paymentId: string, language?: Language): Promise<Receipt>

  /** A challenge was redeemed: a sealed capture of this hover is being worked on. presented → palm_captured. */
  recordPalmCaptured(paymentId: string, captureId: string): Promise<Payment>
  /** palm_captured → presented, or declined after the last hover. Moves nothing when the payment is on with another capture. */
  recordHoverOutcome(
    paymentId: string,
    outcome: HoverOutcome,
    guidance: Guidance[],
    captureId?: string,
  ): Promise<Payment>
  /** The hand could not be looked at, for reasons of ours: palm_captured → presented, at the cost of no hover. */
  recordHoverLost(paymentId: string, captureId: string): Promise<Payment>
  /**
   * palm_captured → identified → (choosing_card →) authorising → approved | declined | unknown. The intent is committed before the processor is
   * asked. When the outcome could not be recorded the answer is still `authorising`: tell people "unknown", never "failed".
   * Throws `assertion_invalid`, `assertion_expired`, `assertion_spent`.
   */
  authorise(paymentId: string, assertion: IdentityAssertion): Promise<Payment>

  /** True while a payment of this shopper may still move money: erasure of the card waits for it. */
  hasOpenPayment(tx: QueryExecutorProvider, shopperId: string): Promise<boolean>

  /** True once the server stops: nobody should wait on. */
  readonly stopping: boolean
  waitForChange(caller: Caller, paymentId: string, wait: Wait): Promise<Payment>
  /** Long poll of a terminal: resolves when its active payment is another, or newer, than `after` says. */
  waitForTerminal(
    caller: Caller,
    terminalId: string,
    wait: { waitMs: number; after: { paymentId: string; version: number } | null; signal?: AbortSignal },
  ): Promise<Payment | null>
}

export function createPaymentService(parts: PaymentParts): PaymentService {
  const view = async (moved: Promise<PaymentRow>, caller?: Caller) =>
    viewPayment(parts.db, await moved, caller?.kind === 'terminal' ? 'terminal' : 'till')
  /** The stored reply of a request that was made before, or the payment as it stands while that request is still at work. */
  const orReplay = async (caller: Caller, moved: Promise<PaymentRow | 'replayed'>, idempotent: IdempotentRequest) => {
    const row = await moved
    if (row !== 'replayed') return viewPayment(parts.db, row)
    const reply = await replayOf(parts, caller, idempotent)
    if (!reply) throw new Failure('payment_unknown')
    return reply
  }
  return {
    create: (caller, terminalId, request, idempotent) => createPayment(parts, caller, terminalId, request, idempotent),
    present: (caller, paymentId) => view(presentPayment(parts, caller, paymentId), caller),
    chooseTip: (caller, paymentId, tipMinor) => view(chooseTip(parts, caller, paymentId, tipMinor), caller),
    wantCardChoice: (caller, paymentId, wanted) => view(wantCardChoice(parts, caller, paymentId, wanted), caller),
    chooseCard: (caller, paymentId, choice) => view(chargeChosen(parts, caller, paymentId, choice), caller),
    cancel: (caller, paymentId) => view(cancelPayment(parts, caller, paymentId), caller),
    increment: (caller, paymentId, amountMinor, idempotent) =>
      orReplay(caller, incrementPayment(parts, caller, paymentId, amountMinor, idempotent), idempotent),
    capture: (caller, paymentId, wish, idempotent) =>
      orReplay(caller, capturePayment(parts, caller, paymentId, wish, idempotent), idempotent),
    acknowledge: (caller, paymentId) => view(acknowledgePayment(parts, caller, paymentId)),
    refund: (caller, paymentId, refund, idempotent) =>
      orReplay(caller, refundPayment(parts, caller, paymentId, refund, idempotent), idempotent),
    byId: (paymentId, caller) => view(currentPayment(parts, paymentId, caller), caller),
    byReference: async (caller, reference) => {
      const rows = await findByReference(parts.db, caller.shopId, reference)
      return Promise.all(rows.map((row) => view(currentPayment(parts, row.id, caller))))
    },
    ofShopper: async (shopperId) => {
      const rows = await findByShopper(parts.db, shopperId)
      return Promise.all(rows.map((row) => viewPayment(parts.db, row)))
    },
    trialBalance: () => trialBalance(parts.db),
    activeOf: async (terminalId) => {
      const row = await currentActive(parts, terminalId)
      return row && viewPayment(parts.db, row)
    },
    receipt: (caller, paymentId, language) => readReceipt(parts, caller, paymentId, language),
    recordPalmCaptured: (paymentId, captureId) => view(recordPalmCaptured(parts, paymentId, captureId)),
    recordHoverOutcome: (paymentId, outcome, guidance, captureId) =>
      view(recordHoverOutcome(parts, paymentId, outcome, guidance, captureId)),
    recordHoverLost: (paymentId, captureId) => view(recordHoverLost(parts, paymentId, captureId)),
    async authorise(paymentId, assertion) {
      const row = await authorisePayment(parts, paymentId, assertion)
      // Refunds there are none yet: when the database goes now, the row is the whole answer.
      return viewPayment(parts.db, row, 'terminal').catch(() => paymentView(row, [], 'terminal'))
    },
    hasOpenPayment,
    get stopping() {
      return !parts.notifier.open
    },
    waitForChange: (caller, paymentId, wait) => view(waitForPayment(parts, caller, paymentId, wait), caller),
    waitForTerminal: async (caller, terminalId, wait) => {
      const row = await waitForTerminal(parts, caller, terminalId, wait)
      return row && viewPayment(parts.db, row, 'terminal')
    },
  }
}

async function hasOpenPayment(tx: QueryExecutorProvider, shopperId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from payment p where p.shopper_id = ${shopperId} and (
      p.state in ('identified', 'choosing_card', 'authorising', 'unknown')
      or exists (select 1 from payment_operation o
                  where o.payment_id = p.id and o.kind in ('authorise', 'increment', 'capture', 'void') and o.state = 'intended')
    ) limit 1`.execute(tx)
  return rows.length > 0
}
