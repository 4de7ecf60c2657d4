import type { Payment, PaymentCreate } from '@paume/contract'
import { isUniqueViolation, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import { performCharge, spend } from './authorise.ts'
import { chargeable, everyCard, type Intended, intendCharge } from './card-choice.ts'
import { checkMoney, newPayment } from './creation.ts'
import { nowOf, type PaymentParts } from './parts.ts'
import type { AssertionClaims, Caller, IdentityAssertion, InstrumentLookup, Payee } from './ports.ts'
import { checkShop } from './shopper-steps.ts'
import { findPayment, insertPayment, type PaymentRow } from './store.ts'
import { viewPayment } from './view.ts'

/** A card that was held to a reader beside the gate, as the processor keeps it. */
export type GateCard = { processor: string; token: string; brand: string; last4: string }

/** Who is charged, and what shows that they agreed. */
export type GatePayer =
  /** Stands at the gate: identity says so, for this payment and this amount. */
  | { kind: 'palm'; assertion: IdentityAssertion }
  | { kind: 'card'; card: GateCard }
  /** Was in the shop by that entry: the same person, or the same card. */
  | { kind: 'visit'; entryPaymentId: string }

export type GateCharge = {
  /** Of the caller's making, before anything is asked: the same one never charges twice. */
  paymentId: string
  amountMinor: bigint
  currency: string
  /** What finds it again: the visit. */
  reference: string
  /** Held until the cart is known, or taken at once. */
  capture: 'manual' | 'automatic'
  payer: GatePayer
}

/** How long somebody stands before a gate; a card that says yes later is let go again, ms. */
const ENTRY_DEADLINE_MS = 10_000
const LATER_DEADLINE_MS = 60_000

/**
 * Charges at a gate, or for a visit that is over. Everything before the card is asked is one transaction: the assertion spent, the payment
 * made and its intent written. Asked again with the same `paymentId` it answers how that payment stands. Throws `assertion_invalid`,
 * `assertion_expired`, `assertion_spent`, `amount_invalid`, `currency_unsupported`, `payment_unknown`.
 */
export async function chargeAtGate(parts: PaymentParts, caller: Caller, wish: GateCharge): Promise<Payment> {
  const before = await findPayment(parts.db, wish.paymentId)
  if (before !== null) return known(parts, before, caller)
  const { payer } = wish
  const claims = payer.kind === 'palm' ? await parts.assertions.verify(payer.assertion) : null
  const payee = await parts.payees.byShop(caller.shopId)
  if (payee === null) throw new Failure('payment_unknown')
  checkMoney({ amountMinor: Number(wish.amountMinor), currency: wish.currency }, payee)
  const charging = payer.kind === 'visit' ? byAmountOnly(parts) : parts
  try {
    const intended = await withTransaction(parts.db, (tx) => intend(charging, tx, caller, payee, wish, claims))
    return viewPayment(parts.db, await performCharge(parts, intended))
  } catch (error) {
    if (!isUniqueViolation(error, 'payment_pkey')) throw error
    return known(parts, (await findPayment(parts.db, wish.paymentId))!, caller)
  }
}

function known(parts: PaymentParts, row: PaymentRow, caller: Caller): Promise<Payment> {
  checkShop(row, caller)
  return viewPayment(parts.db, row)
}

/** Who takes goods home has come once, however often the card is asked for it: of the limits those of amounts hold. */
const byAmountOnly = (parts: PaymentParts): PaymentParts =>
  parts.limits === undefined
    ? parts
    : {
        ...parts,
        limits: {
          exceeded: (tx, wish) => parts.limits!.exceededByRaise(tx, { ...wish, byMinor: wish.amountMinor }),
          exceededByRaise: parts.limits.exceededByRaise,
        },
      }

async function intend(
  parts: PaymentParts,
  tx: Tx,
  caller: Caller,
  payee: Payee,
  wish: GateCharge,
  claims: AssertionClaims | null,
): Promise<Intended> {
  const now = nowOf(parts)
  const request: PaymentCreate = {
    amountMinor: Number(wish.amountMinor),
    currency: wish.currency,
    reference: wish.reference,
    capture: wish.capture,
    deadlineMs: wish.payer.kind === 'visit' ? LATER_DEADLINE_MS : ENTRY_DEADLINE_MS,
  }
  const made: Omit<PaymentRow, 'version'> = {
    ...newPayment(caller, caller.deviceId, payee, request, now),
    id: wish.paymentId,
    state: 'identified',
    gate_charge: wish.payer.kind === 'visit' ? 'later' : 'entry',
  }
  const { payer } = wish
  switch (payer.kind) {
    case 'palm': {
      checkClaims(made, claims!, now)
      const row = await insertPayment(tx, { ...made, shopper_id: claims!.shopperId })
      await spend(tx, claims!.nonce, row.id, payer.assertion, now)
      const lookup = chargeable(parts, row, await parts.instruments.instrumentOf(claims!.shopperId, tx))
      return intendCharge(parts, tx, row, lookup, null, now)
    }
    case 'card': {
      // Nobody is known by this name: limits count it, and nothing else does.
      const row = await insertPayment(tx, { ...made, shopper_id: newId('shopper', now.getTime()) })
      await tx
        .insertInto('payment_gate_card')
        .values({ payment_id: row.id, ...payer.card })
        .execute()
      return intendCharge(parts, tx, row, lookupOf(row.id, payer.card), null, now)
    }
    case 'visit': {
      const entry = await findPayment(tx, payer.entryPaymentId)
      if (entry?.gate_charge !== 'entry' || entry.shopper_id === null) throw new Failure('payment_unknown')
      checkShop(entry, caller)
      const row = await insertPayment(tx, { ...made, shopper_id: entry.shopper_id })
      const lookup = await cardsOfVisit(parts, tx, entry, row)
      const same =
        lookup.kind === 'found' && everyCard(lookup).find((card) => card.instrumentId === entry.instrument_id)
      return intendCharge(parts, tx, row, lookup, same ? same.instrumentId : null, now)
    }
  }
}

/** What the assertion is bound to must be what is charged, to the cent. */
function checkClaims(made: Omit<PaymentRow, 'version'>, claims: AssertionClaims, now: Date): void {
  const fits =
    claims.paymentId === made.id &&
    claims.terminalId === made.terminal_id &&
    claims.payeeId === made.shop_id &&
    claims.currency === made.currency &&
    claims.amountMinor === made.amount_minor
  if (!fits) throw new Failure('assertion_invalid')
  if (claims.expiresAt <= now) throw new Failure('assertion_expired')
}

const lookupOf = (entryPaymentId: string, card: GateCard): InstrumentLookup => ({
  kind: 'found',
  instrument: { instrumentId: `card of ${entryPaymentId}`, ...card },
  others: [],
})

async function cardsOfVisit(
  parts: PaymentParts,
  tx: Tx,
  entry: PaymentRow,
  row: PaymentRow,
): Promise<InstrumentLookup> {
  const card = await tx
    .selectFrom('payment_gate_card')
    .select(['processor', 'token', 'brand', 'last4'])
    .where('payment_id', '=', entry.id)
    .executeTakeFirst()
  if (card !== undefined) return lookupOf(entry.id, card)
  return chargeable(parts, row, await parts.instruments.instrumentOf(row.shopper_id!, tx))
}

/** What gates ask of payments beside its service. */
export interface GateMoney {
  charge(caller: Caller, wish: GateCharge): Promise<Payment>
  /** Null: it was never made. */
  find(caller: Caller, paymentId: string): Promise<Payment | null>
}

export const createGateMoney = (parts: PaymentParts): GateMoney => ({
  charge: (caller, wish) => chargeAtGate(parts, caller, wish),
  async find(caller, paymentId) {
    const row = await findPayment(parts.db, paymentId)
    return row === null ? null : known(parts, row, caller)
  },
})
