import {
  type CaptureChallenge,
  type HoverResult,
  type Payment,
  SEALED_CAPTURE_TYPE,
  type TerminalPayment,
  type TerminalTillScreen,
  type TillScreen,
  type TillScreenAnswer,
} from '@paume/contract'
import type { ApiCall, CallOptions, Transport } from './transport.ts'

const HOLD_S = 25

/** What a payment terminal does. */
export type Terminal = {
  /** The active payment of this terminal, or null. */
  current(options?: CallOptions): Promise<Payment | null>
  /** Like `current`, but the server holds the reply (25 s at most) until there is something other than `known`. */
  next(known: Payment | null, options?: CallOptions): Promise<Payment | null>
  /** Amount and merchant are on the screen: only now may a hand be captured. */
  presented(paymentId: string, options?: CallOptions): Promise<Payment>
  tip(paymentId: string, tipMinor: number, options?: CallOptions): Promise<Payment>
  challenge(paymentId: string, options?: CallOptions): Promise<CaptureChallenge>
  /**
   * Sends the sealed burst and answers what came of it. Never repeated by itself, a capture is good once: after a
   * NetworkFailure ask `next`, which tells whether the payment went on.
   */
  hover(
    paymentId: string,
    captureId: string,
    sealed: Uint8Array<ArrayBuffer>,
    options?: CallOptions,
  ): Promise<HoverResult>
  /** Before the palm: the shopper wants to choose the card after it. */
  wantCardChoice(paymentId: string, wanted: boolean, options?: CallOptions): Promise<Payment>
  /** In `choosing_card`: charges that card of `payment.cardChoice`. */
  chooseCard(paymentId: string, choice: number, options?: CallOptions): Promise<HoverResult>
  cancel(paymentId: string, options?: CallOptions): Promise<Payment>
  /** What the till wants shown between payments, held (25 s at most) until it is other than `known`; undefined: nothing is known. */
  tillScreen(known: TillScreen | null | undefined, options?: CallOptions): Promise<TillScreen | null>
  /** It is on the screen. Throws `not_found` when it is no longer wanted. */
  tillScreenShown(screenId: string, options?: CallOptions): Promise<void>
  /** What the shopper answered. Throws `not_found` when nobody asks any more. */
  answerTillScreen(screenId: string, answer: TillScreenAnswer, options?: CallOptions): Promise<void>
}

export function terminalOf({ call }: Transport, terminalId: string): Terminal {
  const at = (paymentId: string, what: string) => `/v1/payments/${encodeURIComponent(paymentId)}${what}`
  const screenAt = (what: string) => `/v1/terminals/${encodeURIComponent(terminalId)}/till-screen${what}`
  const ask = async <T>(request: ApiCall): Promise<T> => (await call<T>(request)).body
  const active = async (request: Pick<ApiCall, 'query' | 'holdMs' | 'signal'>) =>
    (
      await ask<TerminalPayment>({
        method: 'GET',
        path: `/v1/terminals/${encodeURIComponent(terminalId)}/payment`,
        ...request,
      })
    ).payment

  return {
    current: (options) => active({ ...options }),
    next: (known, options) => {
      const after = known ? `${known.id}:${known.version}` : undefined
      return active({ query: { wait: HOLD_S, after }, holdMs: HOLD_S * 1000, ...options })
    },
    presented: (id, options) =>
      ask({ method: 'POST', path: at(id, '/presented'), json: {}, repeatable: true, ...options }),
    tip: (id, tipMinor, options) =>
      ask({ method: 'POST', path: at(id, '/tip'), json: { tipMinor }, repeatable: true, ...options }),
    challenge: (id, options) => ask({ method: 'POST', path: at(id, '/challenges'), json: {}, ...options }),
    hover: (id, captureId, sealed, options) =>
      ask<HoverResult>({
        method: 'POST',
        path: at(id, `/hovers/${encodeURIComponent(captureId)}`),
        bytes: { type: SEALED_CAPTURE_TYPE, body: sealed },
        ...options,
      }),
    wantCardChoice: (id, wanted, options) =>
      ask({ method: 'POST', path: at(id, '/card-choice'), json: { wanted }, repeatable: true, ...options }),
    chooseCard: (id, choice, options) =>
      ask({ method: 'POST', path: at(id, '/card'), json: { choice }, repeatable: true, ...options }),
    async tillScreen(known, options) {
      const after = known === undefined ? undefined : (known?.id ?? 'none')
      const held = known === undefined ? {} : { query: { wait: HOLD_S, after }, holdMs: HOLD_S * 1000 }
      return (await ask<TerminalTillScreen>({ method: 'GET', path: screenAt(''), ...held, ...options })).screen
    },
    async tillScreenShown(id, options) {
      await call({ method: 'POST', path: screenAt(`/${id}/shown`), json: {}, repeatable: true, ...options })
    },
    async answerTillScreen(id, answer, options) {
      await call({ method: 'POST', path: screenAt(`/${id}/answer`), json: answer, ...options })
    },
    cancel: (id, options) => ask({ method: 'POST', path: at(id, '/cancel'), json: {}, repeatable: true, ...options }),
  }
}
