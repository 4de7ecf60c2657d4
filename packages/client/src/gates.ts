import {
  type CaptureChallenge,
  type CartAdjust,
  type CartEvent,
  type CartFinalise,
  type CartTaken,
  type GateCardSetup,
  type GateEntry,
  type GateSession,
  type HandSide,
  SEALED_CAPTURE_TYPE,
} from '@paume/contract'
import type { ApiCall, CallOptions, Transport } from './transport.ts'

export type EntryWish = {
  attempt: string
  groupSize?: number
  /** A balance that this hand pays, instead of coming in. */
  pays?: string
}

/** What a gate of a checkout-free shop does. Sessions are named by their id; money moves once for each key. */
export type Gate = {
  challenge(
    wish?: { attempt?: string; hand?: HandSide },
    options?: CallOptions,
  ): Promise<{ attempt: string; challenge: CaptureChallenge }>
  /** Sends the sealed burst. Never repeated by itself: a capture is good once. */
  enter(captureId: string, sealed: Uint8Array<ArrayBuffer>, wish: EntryWish, options?: CallOptions): Promise<GateEntry>
  cardSetup(options?: CallOptions): Promise<GateCardSetup>
  enterByCard(
    wish: { setupId: string; groupSize?: number; pays?: string },
    key: string,
    options?: CallOptions,
  ): Promise<GateEntry>
  session(id: string, options?: CallOptions): Promise<GateSession>
  group(id: string, groupSize: number, options?: CallOptions): Promise<GateSession>
  cartEvents(id: string, events: CartEvent[], options?: CallOptions): Promise<CartTaken>
  exit(id: string, at?: string, options?: CallOptions): Promise<GateSession>
  finalise(id: string, cart: CartFinalise, key: string, options?: CallOptions): Promise<GateSession>
  adjust(id: string, wish: CartAdjust, key: string, options?: CallOptions): Promise<GateSession>
}

export function gateOf({ call }: Transport, gateId: string): Gate {
  const at = (what: string) => `/v1/gates/${encodeURIComponent(gateId)}${what}`
  const sessionAt = (id: string, what = '') => at(`/sessions/${encodeURIComponent(id)}${what}`)
  const ask = async <T>(request: ApiCall): Promise<T> => (await call<T>(request)).body
  const send = <T>(path: string, json: unknown, more: Partial<ApiCall> = {}) =>
    ask<T>({ method: 'POST', path, json, ...more })
  return {
    challenge: (wish = {}, options) => send(at('/challenges'), wish, options),
    enter: (captureId, sealed, wish, options) =>
      ask<GateEntry>({
        method: 'POST',
        path: at(`/entries/${encodeURIComponent(captureId)}`),
        query: wish,
        bytes: { type: SEALED_CAPTURE_TYPE, body: sealed },
        ...options,
      }),
    cardSetup: (options) => send(at('/card-setups'), {}, options),
    enterByCard: (wish, key, options) => send(at('/entries'), wish, { idempotencyKey: key, ...options }),
    session: (id, options) => ask({ method: 'GET', path: sessionAt(id), ...options }),
    group: (id, groupSize, options) => send(sessionAt(id, '/group'), { groupSize }, { repeatable: true, ...options }),
    cartEvents: (id, events, options) =>
      send(sessionAt(id, '/cart-events'), { events }, { repeatable: true, ...options }),
    exit: (id, when, options) =>
      send(sessionAt(id, '/exit'), when === undefined ? {} : { at: when }, { repeatable: true, ...options }),
    finalise: (id, cart, key, options) =>
      send(sessionAt(id, '/cart:finalise'), cart, { idempotencyKey: key, ...options }),
    adjust: (id, wish, key, options) => send(sessionAt(id, '/adjust'), wish, { idempotencyKey: key, ...options }),
  }
}
