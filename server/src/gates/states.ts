import type { GateSessionState } from '@paume/contract'

/** Everything that can happen to a visit. A move that a state does not list is refused. */
export const MOVES = [
  'admit',
  'refuse',
  'join',
  'leave',
  'take_cart',
  'finalise',
  'settle',
  'owe',
  'adjust',
  'pay',
  'waive',
  'lapse',
] as const
export type Move = (typeof MOVES)[number]

/**
 * The life of a visit, whole. Money moves only in `authorising` (the hold) and `finalising` (everything else); a cart changes only before
 * it is finalised. `refused` is an end.
 */
export const TRANSITIONS: Readonly<Record<GateSessionState, Readonly<Partial<Record<Move, GateSessionState>>>>> = {
  authorising: { admit: 'inside', refuse: 'refused' },
  refused: {},
  inside: { join: 'inside', leave: 'left', take_cart: 'inside', finalise: 'finalising', lapse: 'lapsed' },
  left: { leave: 'left', take_cart: 'left', finalise: 'finalising', lapse: 'lapsed' },
  // The door may tell late that somebody went out.
  finalising: { leave: 'finalising', settle: 'settled', owe: 'owing' },
  settled: { leave: 'settled', adjust: 'finalising' },
  owing: { leave: 'owing', adjust: 'finalising', pay: 'finalising', waive: 'finalising' },
  // The hold was let go of because no cart came: one that comes after all is charged.
  lapsed: { leave: 'lapsed', take_cart: 'lapsed', finalise: 'finalising' },
}

export const nextState = (state: GateSessionState, move: Move): GateSessionState | null =>
  TRANSITIONS[state][move] ?? null

/** States in which somebody may be in the shop. */
export const INSIDE: readonly GateSessionState[] = ['inside']
/** States in which a cart is still waited for. */
export const CART_OPEN: readonly GateSessionState[] = ['inside', 'left', 'lapsed']
