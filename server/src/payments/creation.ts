import { CURRENCIES, MAX_AMOUNT_MINOR, type Payment, type PaymentCreate } from '@paume/contract'
import { isUniqueViolation, lastly, withTransaction } from '../database.ts'
import { Failure, invariant } from '../failure.ts'
import { newId } from '../ids.ts'
import { ACKNOWLEDGE_WITHIN_MS } from './acknowledgement.ts'
import { claimKey } from './idempotency.ts'
import type { IdempotentRequest } from './inputs.ts'
import { nowOf, type PaymentParts } from './parts.ts'
import type { Caller, Payee } from './ports.ts'
import { assertLeft, lockSale } from './sale-store.ts'
import { expireIfDue, findActive, findPayment, insertPayment, MAX_HOVERS, type PaymentRow } from './store.ts'
import { paymentView, viewPayment } from './view.ts'

/** How long the shopper has when the till does not say, ms. */
const DEADLINE_MS = 60_000

export function checkMoney(request: Pick<PaymentCreate, 'amountMinor' | 'currency'>, payee: Payee): void {
  const { amountMinor, currency } = request
  if (!Number.isSafeInteger(amountMinor) || amountMinor <= 0 || amountMinor > MAX_AMOUNT_MINOR) {
    throw new Failure('amount_invalid')
  }
  if (!(CURRENCIES as string[]).includes(currency) || currency !== payee.currency) {
    throw new Failure('currency_unsupported', { detail: `This shop charges in ${payee.currency}.` })
  }
}

/** Makes a payment on a terminal of the caller's shop. A double tap with one key makes one payment and gets one reply. */
export async function createPayment(
  parts: PaymentParts,
  caller: Caller,
  terminalId: string,
  request: PaymentCreate,
  idempotent: IdempotentRequest,
): Promise<Payment> {
  const [replayed, terminal, payee, active] = await Promise.all([
    replayOf(parts, caller, idempotent),
    parts.terminals.find(terminalId),
    parts.payees.byShop(caller.shopId),
    findActive(parts.db, terminalId),
  ])
  if (replayed) return replayed
  if (terminal?.kind !== 'terminal' || terminal.shopId !== caller.shopId) throw new Failure('terminal_unknown')
  if (!payee) throw new Failure('terminal_unknown')
  if (payee.notLive) throw new Failure('shop_not_live', { detail: payee.notLive })
  checkMoney(request, payee)
  const silentSinceMs = parts.clock.nowMs() - parts.timing.terminalSilentMs
  if (terminal.revoked || terminal.lastSeenAt === null || terminal.lastSeenAt.getTime() < silentSinceMs) {
    throw new Failure('terminal_offline')
  }
  if (active) await freeTerminal(parts, active)
  try {
    return await insert(parts, caller, terminalId, payee, request, idempotent)
  } catch (error) {
    if (isUniqueViolation(error, 'payment_one_active')) throw new Failure('terminal_busy', {}, { cause: error })
    throw error
  }
}

/**
 * The stored reply of an earlier request with this key. Looked up before anything else, so that a till that lost our reply gets it
 * even when the terminal has gone offline or busy meanwhile.
 */
export async function replayOf(
  parts: PaymentParts,
  caller: Caller,
  idempotent: IdempotentRequest,
): Promise<Payment | null> {
  const stored = await parts.db
    .selectFrom('payment_idempotency')
    .select('key')
    .where('device_id', '=', caller.deviceId)
    .where('key', '=', idempotent.key)
    .executeTakeFirst()
  if (!stored) return null
  const claim = await withTransaction(parts.db, (tx) => claimKey(tx, caller.deviceId, idempotent, nowOf(parts)))
  if (claim.kind === 'first') return null
  if (claim.reply) return claim.reply as Payment
  const row = claim.paymentId === null ? null : await findPayment(parts.db, claim.paymentId)
  return row && viewPayment(parts.db, row)
}

/** A payment whose time is over must not keep the next one waiting for the worker's next round. */
async function freeTerminal(parts: PaymentParts, active: PaymentRow): Promise<void> {
  if (nowOf(parts) < active.deadline_at) return
  await withTransaction(parts.db, async (tx) => {
    const row = await tx
      .selectFrom('payment')
      .selectAll()
      .where('id', '=', active.id)
      .forUpdate()
      .executeTakeFirstOrThrow()
    await expireIfDue(tx, row as PaymentRow, nowOf(parts))
  })
}

/** A payment before anything happened to it. */
export function newPayment(
  caller: Caller,
  terminalId: string,
  payee: Payee,
  request: PaymentCreate,
  now: Date,
): Omit<PaymentRow, 'version'> {
  return {
    id: newId('payment', now.getTime()),
    state: 'created',
    reason: null,
    organisation_id: payee.organisationId,
    shop_id: payee.shopId,
    terminal_id: terminalId,
    created_by: caller.deviceId,
    shop_name: payee.shopName,
    merchant_name: payee.merchantName,
    language: payee.languages[0] ?? 'en',
    amount_minor: BigInt(request.amountMinor),
    tip_minor: 0n,
    currency: payee.currency,
    reference: request.reference,
    capture: request.capture ?? 'automatic',
    tip: request.tip ?? { mode: 'none' },
    asked_hand: null,
    hovers_left: MAX_HOVERS,
    last_guidance: [],
    capture_id: null,
    palm_captured_at: null,
    shopper_id: null,
    instrument_id: null,
    card_brand: null,
    card_last4: null,
    processor: null,
    charge_ref: null,
    authorised_minor: 0n,
    captured_minor: 0n,
    refunded_minor: 0n,
    maximum_capture_minor: 0n,
    choose_card: false,
    card_choice: null,
    choice_until: null,
    choice_after: null,
    acknowledge_within_ms: request.acknowledge ? (request.acknowledgeWithinMs ?? ACKNOWLEDGE_WITHIN_MS) : null,
    acknowledge_by: null,
    acknowledged_at: null,
    reversal: null,
    disputed: false,
    reported: false,
    sale_id: request.saleId ?? null,
    gate_charge: null,
    cancel_requested: null,
    capturable_until: null,
    authorising_at: null,
    receipt_id: null,
    created_at: now,
    deadline_at: new Date(now.getTime() + (request.deadlineMs ?? DEADLINE_MS)),
    ended_at: null,
  }
}

function insert(
  parts: PaymentParts,
  caller: Caller,
  terminalId: string,
  payee: Payee,
  request: PaymentCreate,
  idempotent: IdempotentRequest,
): Promise<Payment> {
  return withTransaction(parts.db, async (tx) => {
    const now = nowOf(parts)
    const made = newPayment(caller, terminalId, payee, request, now)
    const reply = paymentView({ ...made, version: 1 }, [])
    const claim = await claimKey(tx, caller.deviceId, idempotent, now, { paymentId: made.id, reply })
    if (claim.kind === 'seen') {
      // The reply is written with the key: a key without one would mean a second payment if we went on.
      invariant(claim.reply, 'a key of a payment has its reply')
      return claim.reply as Payment
    }
    if (request.saleId !== undefined) {
      await assertLeft(tx, await lockSale(tx, caller.shopId, request.saleId), BigInt(request.amountMinor))
    }
    await lastly(tx, [insertPayment(tx, made)])
    return reply
  })
}
