import type {
  CardSetup,
  ErasureReceipt,
  ShopperCardAdd,
  ShopperCards,
  ShopperPayments,
  ShopperSelf,
  ShopperSession,
  ShopperSessionStarted,
} from '@paume/contract'
import { type ApiCall, type CallOptions, createTransport, type Transport, type TransportOptions } from './transport.ts'

/** Signing in by phone. */
export type ShopperSignIn = {
  /** Sends a code; the same answer whether the phone is known or not. */
  start(phone: string, options?: CallOptions): Promise<ShopperSessionStarted>
  /** Throws `phone_code_wrong`, `phone_code_expired`, `phone_code_locked`. */
  confirm(sessionId: string, code: string, options?: CallOptions): Promise<ShopperSession>
}

/** What a signed-in shopper sees and does. */
export type Shopper = {
  me(options?: CallOptions): Promise<ShopperSelf>
  /** What was paid with this palm, newest first. */
  payments(options?: CallOptions): Promise<ShopperPayments['payments']>
  /** Opens the set-up of a further card; the page sends the number to the processor, then `addCard` keeps it. */
  beginCardSetup(options?: CallOptions): Promise<CardSetup>
  /** Safe to repeat. Answers every card. */
  addCard(card: ShopperCardAdd, options?: CallOptions): Promise<ShopperCards['cards']>
  /** This card pays from now on. Throws `card_unusable`. */
  makeDefault(cardId: string, options?: CallOptions): Promise<ShopperCards['cards']>
  removeCard(cardId: string, options?: CallOptions): Promise<ShopperCards['cards']>
  /** Erases palms, keys, phone and cards. There is no way back. */
  erase(options?: CallOptions): Promise<ErasureReceipt>
}

export function shopperSignInOf({ call }: Transport): ShopperSignIn {
  return {
    start: async (phone, options) =>
      (await call<ShopperSessionStarted>({ method: 'POST', path: '/v1/shopper-sessions', json: { phone }, ...options }))
        .body,
    confirm: async (sessionId, code, options) =>
      (
        await call<ShopperSession>({
          method: 'POST',
          path: '/v1/shopper-sessions/confirm',
          json: { sessionId, code },
          ...options,
        })
      ).body,
  }
}

export function openShopper(session: ShopperSession, options: Omit<TransportOptions, 'bearer' | 'signer'>): Shopper {
  const { call } = createTransport({ ...options, bearer: session.token })
  const at = (cardId: string, what = '') => `/v1/me/cards/${encodeURIComponent(cardId)}${what}`
  const cards = async (request: ApiCall) => (await call<ShopperCards>(request)).body.cards
  return {
    me: async (options) => (await call<ShopperSelf>({ method: 'GET', path: '/v1/me', ...options })).body,
    payments: async (options) =>
      (await call<ShopperPayments>({ method: 'GET', path: '/v1/me/payments', ...options })).body.payments,
    beginCardSetup: async (options) =>
      (await call<CardSetup>({ method: 'POST', path: '/v1/me/card-setups', json: {}, ...options })).body,
    addCard: (json, options) => cards({ method: 'POST', path: '/v1/me/cards', json, repeatable: true, ...options }),
    makeDefault: (id, options) =>
      cards({ method: 'POST', path: at(id, '/default'), json: {}, repeatable: true, ...options }),
    removeCard: (id, options) => cards({ method: 'DELETE', path: at(id), ...options }),
    erase: async (options) => (await call<ErasureReceipt>({ method: 'DELETE', path: '/v1/me', ...options })).body,
  }
}
