import type { ErasureReceipt, ShopperSelf, ShopperSession, ShopperSessionStarted } from '@paume/contract'
import type { Trouble } from '../../language/problem-text.ts'

/** Deleting a registration: phone, code, look at what is kept, delete, receipt. */
export type EraseState = { busy: boolean; trouble: Trouble | null } & (
  | { at: 'phone' }
  | { at: 'code'; started: ShopperSessionStarted }
  | { at: 'confirm'; session: ShopperSession; self: ShopperSelf }
  | { at: 'erased'; receipt: ErasureReceipt }
)

export type EraseEvent =
  | { type: 'working' }
  | { type: 'sent'; started: ShopperSessionStarted }
  | { type: 'signed_in'; session: ShopperSession; self: ShopperSelf }
  | { type: 'erased'; receipt: ErasureReceipt }
  | { type: 'failed'; trouble: Trouble }

const calm = { busy: false, trouble: null }
export const ERASE_START: EraseState = { at: 'phone', ...calm }

export function nextErase(state: EraseState, event: EraseEvent): EraseState {
  switch (event.type) {
    case 'working':
      return { ...state, busy: true, trouble: null }
    case 'sent':
      return state.at === 'phone' ? { at: 'code', started: event.started, ...calm } : state
    case 'signed_in':
      return state.at === 'code' ? { at: 'confirm', session: event.session, self: event.self, ...calm } : state
    case 'erased':
      return state.at === 'confirm' ? { at: 'erased', receipt: event.receipt, ...calm } : state
    case 'failed':
      // A code that is over or locked is no use any more: a new one begins with the phone.
      return state.at === 'code' &&
        (event.trouble.code === 'phone_code_expired' || event.trouble.code === 'phone_code_locked')
        ? { at: 'phone', busy: false, trouble: event.trouble }
        : { ...state, busy: false, trouble: event.trouble }
  }
}
