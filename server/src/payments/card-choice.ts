import type { PaymentReason } from '@paume/contract'
import type { Tx } from '../database.ts'
import { lastly, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { freshKey, operationKey } from './intents.ts'
import { nowOf, type PaymentParts } from './parts.ts'
import type { Caller, Instrument, InstrumentLookup } from './ports.ts'
import { checkTerminal, step } from './shopper-steps.ts'
import {
  insertIntent,
  lockPayment,
  type Moved,
  movePayment,
  type OperationRow,
  type PaymentRow,
  planMove,
  writeMoved,
} from './store.ts'
import type { OfferedCard } from './tables.ts'

/** The shopper needs at least this long to choose, ms; with less left of the payment nothing is offered. */
const SHORTEST_CHOICE_MS = 5_000
/** Kept free for the charge itself between the choice and the payment's deadline, ms. */
const CHARGE_ROOM_MS = 3_000

/** Cards on one screen. A wallet with more is offered the default and the oldest. */
const MOST_OFFERED = 8

/** What follows once the transaction that wrote it has committed. */
export type Intended = { row: PaymentRow; charge: { operation: OperationRow; token: string } | null }

/** Before the palm: the shopper wants to choose the card after it. */
export const wantCardChoice = (
  parts: PaymentParts,
  caller: Caller,
  paymentId: string,
  wanted: boolean,
): Promise<PaymentRow> =>
  step(
    parts,
    paymentId,
    async (tx, row, now) =>
      row.choose_card === wanted ? row : movePayment(tx, row, 'want_choice', now, { choose_card: wanted }),
    caller,
  )

export const everyCard = (lookup: Extract<InstrumentLookup, { kind: 'found' }>): readonly Instrument[] => [
  lookup.instrument,
  ...lookup.others,
]

/** What of a shopper's cards this payee can charge: those kept where its own processor account is. */
export function chargeable(parts: PaymentParts, row: PaymentRow, lookup: InstrumentLookup): InstrumentLookup {
  if (lookup.kind !== 'found' || parts.terms === undefined) return lookup
  const { processor } = parts.terms.termsOf(row.organisation_id)
  const [instrument, ...others] = everyCard(lookup).filter((card) => card.processor === processor)
  return instrument ? { kind: 'found', instrument, others } : { kind: 'none' }
}

const afterOf = (from: PaymentRow | Moved): PaymentRow => ('written' in from ? from.after : from)

/** Asks the shopper which card, when there is a choice and time for it. Null when there is not. */
export async function offerCards(
  parts: PaymentParts,
  tx: Tx,
  from: PaymentRow | Moved,
  cards: readonly OfferedCard[],
  after: string | null,
  now: Date,
): Promise<PaymentRow | null> {
  const row = afterOf(from)
  const lastMs = row.deadline_at.getTime() - CHARGE_ROOM_MS
  const untilMs = Math.min(now.getTime() + parts.timing.cardChoiceMs, lastMs)
  if (cards.length === 0 || untilMs - now.getTime() < SHORTEST_CHOICE_MS) return null
  const asked = planMove(from, 'offer_cards', now, {
    card_choice: JSON.stringify(cards.slice(0, MOST_OFFERED)),
    choice_until: new Date(untilMs),
    choice_after: after,
  })
  return writeMoved(tx, asked, now)
}

export const offered = ({ instrumentId, brand, last4 }: Instrument, isDefault: boolean): OfferedCard => ({
  instrumentId,
  brand,
  last4,
  default: isDefault,
})

/** The cards left after the present one was declined. */
export async function otherCards(parts: PaymentParts, tx: Tx, row: PaymentRow): Promise<OfferedCard[]> {
  if (row.card_choice !== null) return row.card_choice.filter((card) => card.instrumentId !== row.instrument_id)
  const lookup = chargeable(parts, row, await parts.instruments.instrumentOf(row.shopper_id!, tx))
  if (lookup.kind !== 'found') return []
  return everyCard(lookup)
    .map((card, place) => offered(card, place === 0))
    .filter((card) => card.instrumentId !== row.instrument_id)
}

const refusalOf = (lookup: InstrumentLookup): PaymentReason => {
  if (lookup.kind === 'unusable') return lookup.reason
  return lookup.kind === 'erased' ? 'shopper_erased' : lookup.kind === 'frozen' ? 'palm_frozen' : 'no_instrument'
}

/**
 * Writes the intent to charge this card of the shopper and commits it, or declines when it is gone. Nothing may be asked of the
 * transaction afterwards.
 */
export async function intendCharge(
  parts: PaymentParts,
  tx: Tx,
  from: PaymentRow | Moved,
  lookup: InstrumentLookup,
  instrumentId: string | null,
  now: Date,
): Promise<Intended> {
  const row = afterOf(from)
  const cards = lookup.kind === 'found' ? everyCard(lookup) : []
  const instrument = instrumentId === null ? cards[0] : cards.find((card) => card.instrumentId === instrumentId)
  if (instrument === undefined) {
    const reason = refusalOf(lookup)
    const declined = await writeMoved(tx, planMove(from, 'decline', now, {}, reason), now)
    await parts.audit.append(tx, 'payment.declined', { paymentId: row.id, reason })
    return { row: declined, charge: null }
  }
  const amountMinor = row.amount_minor + row.tip_minor
  const limit = await parts.limits?.exceeded(tx, {
    paymentId: row.id,
    organisationId: row.organisation_id,
    shopId: row.shop_id,
    terminalId: row.terminal_id,
    shopperId: row.shopper_id!,
    instrumentId: instrument.instrumentId,
    amountMinor,
    currency: row.currency,
    now,
  })
  if (limit) {
    const declined = await writeMoved(tx, planMove(from, 'decline', now, {}, 'limit_exceeded'), now)
    await parts.audit.append(tx, 'payment.declined', { paymentId: row.id, reason: 'limit_exceeded', limit })
    return { row: declined, charge: null }
  }
  // The first card of a payment, as nearly always: nothing was asked before, and nothing needs to be counted.
  const key = row.instrument_id === null ? operationKey(row.id, 'authorise') : await freshKey(tx, row.id, 'authorise')
  const intent = { id: key, paymentId: row.id, kind: 'authorise' as const, key, amountMinor }
  const intended = planMove(from, 'intend', now, {
    instrument_id: instrument.instrumentId,
    card_brand: instrument.brand,
    card_last4: instrument.last4,
    processor: instrument.processor,
    authorising_at: now,
    choice_until: null,
  })
  const [operation, authorising] = await lastly(tx, [insertIntent(tx, intent, now), writeMoved(tx, intended, now)])
  return { row: authorising, charge: { operation, token: instrument.token } }
}

/** The shopper's choice. A repetition of it, after a lost reply, answers the payment as it stands. */
export const takeChoice = (parts: PaymentParts, caller: Caller, paymentId: string, choice: number): Promise<Intended> =>
  withTransaction(parts.db, async (tx) => {
    const now = nowOf(parts)
    const row = await lockPayment(tx, paymentId)
    checkTerminal(row, caller)
    const card = row.card_choice?.[choice - 1]
    if (row.state !== 'choosing_card') {
      if (card !== undefined && card.instrumentId === row.instrument_id) return { row, charge: null }
      throw new Failure('payment_state', { detail: `The payment is ${row.state}.` })
    }
    if (card === undefined) throw new Failure('card_choice_unknown')
    if (row.choice_until! <= now) throw new Failure('payment_state', { detail: 'The time to choose is over.' })
    return intendCharge(
      parts,
      tx,
      row,
      chargeable(parts, row, await parts.instruments.instrumentOf(row.shopper_id!, tx)),
      card.instrumentId,
      now,
    )
  })

/**
 * Nobody chose in time. Who asked to choose is charged on the default card, as everybody is who does not ask; after a declined card the
 * payment ends with that.
 */
export const endChoice = (parts: PaymentParts, paymentId: string): Promise<Intended | null> =>
  withTransaction(parts.db, async (tx) => {
    const now = nowOf(parts)
    const row = await lockPayment(tx, paymentId)
    if (row.state !== 'choosing_card' || row.choice_until! > now) return null
    if (row.choice_after === null && now < row.deadline_at) {
      const lookup = chargeable(parts, row, await parts.instruments.instrumentOf(row.shopper_id!, tx))
      return intendCharge(parts, tx, row, lookup, null, now)
    }
    const end = row.choice_after === null ? 'timed_out' : (row.choice_after as 'card_declined')
    const ended = await movePayment(tx, row, row.choice_after === null ? 'expire' : 'decline', now, {}, end)
    await parts.audit.append(tx, `payment.${ended.state}`, { paymentId, reason: end })
    return { row: ended, charge: null }
  })
