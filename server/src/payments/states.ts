import { MONEY_REASONS, PALM_REASONS, type PaymentReason, type PaymentState } from '@paume/contract'

/** Everything that can happen to a payment. A move that a state does not list is refused. */
export const MOVES = [
  'present',
  'choose_tip',
  'take_palm',
  'fail_hover',
  'fail_last_hover',
  'ask_other_palm',
  'drop_hover',
  'identify',
  'want_choice',
  'offer_cards',
  'intend',
  'approve',
  'decline',
  'hold',
  'lose_reply',
  'request_cancel',
  'cancel',
  'expire',
  'increment',
  'capture',
  'refund',
  'dispute',
  'report',
  'acknowledge',
] as const
export type Move = (typeof MOVES)[number]

/**
 * The life of a payment, whole. Money can move only out of `authorising`, and only `authorising` and `unknown` can become
 * `approved`. `declined`, `cancelled` and `expired` are ends: nothing leaves them.
 */
export const TRANSITIONS: Readonly<Record<PaymentState, Readonly<Partial<Record<Move, PaymentState>>>>> = {
  created: { present: 'presented', cancel: 'cancelled', expire: 'expired' },
  presented: {
    choose_tip: 'presented',
    want_choice: 'presented',
    take_palm: 'palm_captured',
    cancel: 'cancelled',
    expire: 'expired',
  },
  palm_captured: {
    fail_hover: 'presented',
    fail_last_hover: 'declined',
    ask_other_palm: 'presented',
    // The node that worked on the hover died, or its recogniser failed: the shopper may hold the hand again.
    drop_hover: 'presented',
    identify: 'identified',
    cancel: 'cancelled',
    expire: 'expired',
  },
  identified: {
    intend: 'authorising',
    offer_cards: 'choosing_card',
    decline: 'declined',
    cancel: 'cancelled',
    expire: 'expired',
  },
  // Nothing is under way at the processor: either nothing was asked, or the last card was declined for certain.
  choosing_card: { intend: 'authorising', decline: 'declined', cancel: 'cancelled', expire: 'expired' },
  authorising: {
    approve: 'approved',
    decline: 'declined',
    // The issuer said no, and there are other cards. Only from here: a late answer finds the shopper gone.
    offer_cards: 'choosing_card',
    // The card has said yes; the capture, or the void of what nobody wants, is still to come.
    hold: 'authorising',
    lose_reply: 'unknown',
    // The processor has been asked: a wish to cancel is kept and carried out when the answer is known.
    request_cancel: 'authorising',
    cancel: 'cancelled',
    expire: 'expired',
  },
  unknown: {
    hold: 'unknown',
    approve: 'approved',
    decline: 'declined',
    request_cancel: 'unknown',
    cancel: 'cancelled',
    expire: 'expired',
  },
  // `expire`: the processor let an authorisation lapse that nobody captured.
  approved: {
    increment: 'approved',
    capture: 'approved',
    refund: 'approved',
    dispute: 'approved',
    report: 'approved',
    acknowledge: 'approved',
    cancel: 'cancelled',
    expire: 'expired',
  },
  declined: {},
  cancelled: {},
  expired: {},
}

export const nextState = (state: PaymentState, move: Move): PaymentState | null => TRANSITIONS[state][move] ?? null

/** States before any intent to charge exists: these may expire on their own. */
export const BEFORE_MONEY: readonly PaymentState[] = ['created', 'presented', 'palm_captured', 'identified']
/** States in which the processor may hold or be about to hold the shopper's money without our knowing. */
export const MONEY_IN_FLIGHT: readonly PaymentState[] = ['authorising', 'unknown']
/** States that no move leaves. */
export const ENDS: readonly PaymentState[] = ['declined', 'cancelled', 'expired']

/** Which reasons each end may carry; the other states carry none. */
const REASONS_OF: Partial<Record<PaymentState, readonly PaymentReason[]>> = {
  declined: [...PALM_REASONS, ...MONEY_REASONS, 'processor_unavailable'],
  cancelled: ['cancelled_by_till', 'cancelled_by_shopper', 'voided', 'till_gone'],
  expired: ['timed_out', 'terminal_gone'],
}

/** True when a payment in this state may carry this reason (null: none). */
export function reasonFits(state: PaymentState, reason: PaymentReason | null): boolean {
  const allowed = REASONS_OF[state]
  return allowed === undefined ? reason === null : reason !== null && allowed.includes(reason)
}
