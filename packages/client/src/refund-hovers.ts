import {
  type CaptureChallenge,
  type RefundHover,
  type RefundHoverResult,
  SEALED_CAPTURE_TYPE,
  type TerminalRefundHover,
} from '@paume/contract'
import type { ApiCall, CallOptions, Transport } from './transport.ts'

const HOLD_S = 25

/** Refunds without a receipt: the hand that paid finds what was paid. The refund itself is `payments.refund`. */
export type RefundHovers = {
  /** Till: asks for a hand. Safe to repeat while it waits. Throws `terminal_busy`, `terminal_offline`, `terminal_unknown`. */
  begin(terminalId: string, options?: CallOptions): Promise<RefundHover>
  /** As it stands; to the till that asked with the payments while it is `matched`. */
  get(id: string, options?: CallOptions): Promise<RefundHover>
  /** Like `get`, held (25 s at most) until it is newer than `known`. */
  next(known: RefundHover, options?: CallOptions): Promise<RefundHover>
  /** Till or terminal: no hand, or no list any more. */
  cancel(id: string, options?: CallOptions): Promise<RefundHover>
  /** Terminal: what waits here for a hand, held until it is other than `known`; undefined: nothing is known. */
  waitingHere(known: RefundHover | null | undefined, options?: CallOptions): Promise<RefundHover | null>
  /** Terminal: permission for one hover. */
  challenge(id: string, options?: CallOptions): Promise<CaptureChallenge>
  /** Terminal: sends the sealed burst. Never repeated by itself; after a NetworkFailure ask `waitingHere`. */
  hover(
    id: string,
    captureId: string,
    sealed: Uint8Array<ArrayBuffer>,
    options?: CallOptions,
  ): Promise<RefundHoverResult>
}

export function refundHoversOf({ call }: Transport, deviceId: string): RefundHovers {
  const at = (id: string, what = '') => `/v1/refund-hovers/${encodeURIComponent(id)}${what}`
  const of = (terminalId: string, what: string) => `/v1/terminals/${encodeURIComponent(terminalId)}${what}`
  const ask = async <T>(request: ApiCall): Promise<T> => (await call<T>(request)).body
  const holdMs = HOLD_S * 1000
  return {
    begin: (terminalId, options) =>
      ask({ method: 'POST', path: of(terminalId, '/refund-hovers'), json: {}, repeatable: true, ...options }),
    get: (id, options) => ask({ method: 'GET', path: at(id), ...options }),
    next: ({ id, version }, options) =>
      ask({ method: 'GET', path: at(id), query: { wait: HOLD_S, after: version }, holdMs, ...options }),
    cancel: (id, options) => ask({ method: 'POST', path: at(id, '/cancel'), json: {}, repeatable: true, ...options }),
    async waitingHere(known, options) {
      const after = known === undefined ? undefined : known === null ? 'none' : `${known.id}:${known.version}`
      const held = known === undefined ? {} : { query: { wait: HOLD_S, after }, holdMs }
      const path = of(deviceId, '/refund-hover')
      return (await ask<TerminalRefundHover>({ method: 'GET', path, ...held, ...options })).refundHover
    },
    challenge: (id, options) => ask({ method: 'POST', path: at(id, '/challenges'), json: {}, ...options }),
    hover: (id, captureId, sealed, options) =>
      ask({
        method: 'POST',
        path: at(id, `/hovers/${encodeURIComponent(captureId)}`),
        bytes: { type: SEALED_CAPTURE_TYPE, body: sealed },
        ...options,
      }),
  }
}
