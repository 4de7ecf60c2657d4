import {
  ACTIVE_STATES,
  type CaptureRequest,
  type Payment,
  type PaymentCreate,
  type PaymentList,
  type Receipt,
  type RefundRequest,
} from '@paume/contract'
import { pause } from './retry.ts'
import type { ApiCall, CallOptions, Transport } from './transport.ts'

/** How long the server is asked to hold a long poll, s (payments.md: `?wait=25`). */
const HOLD_S = 25
/** Guard against a server that does not hold the reply: no more than one question in this time, ms. */
const SHORTEST_ROUND_MS = 250

/** A write that moves money is sent with a key; the same key again never moves it twice. A till may give its own to survive a restart. */
export type MoneyOptions = CallOptions & { idempotencyKey?: string }
export type WatchOptions = CallOptions & { onChange?: (payment: Payment) => void }

export type Payments = {
  /** Asks a terminal to charge. A lost reply is asked for again with the same key. Throws `terminal_busy`, `terminal_offline`, … */
  create(terminalId: string, sale: PaymentCreate, options?: MoneyOptions): Promise<PaymentHandle>
  get(id: string, options?: CallOptions): Promise<Payment>
  /** Every version of the payment from now on, until it has left the terminal. */
  watch(id: string, options?: CallOptions): AsyncGenerator<Payment, void, void>
  /** Resolves as soon as the payment no longer occupies the terminal. `unknown` is one of the results: reconciliation settles it later. */
  finished(id: string, options?: WatchOptions): Promise<Payment>
  /** Before approval it ends the payment; after it, it voids what is not captured. Throws `payment_state` when too late. */
  cancel(id: string, options?: CallOptions): Promise<Payment>
  /** Holds that much more on the card, before the capture. Throws `increment_unsupported` where the processor cannot. */
  increment(id: string, amountMinor: number, options?: MoneyOptions): Promise<Payment>
  /** Takes all that is authorised, so much of it, or more up to `maximumCaptureMinor`; a tip added afterwards is told in `tipMinor`. */
  capture(id: string, amount?: number | CaptureRequest, options?: MoneyOptions): Promise<Payment>
  /** Says that the till knows how the payment ended, where it promised to (`acknowledge: true`). */
  acknowledge(id: string, options?: CallOptions): Promise<Payment>
  /** Gives back all that is left, or a part. */
  refund(id: string, refund?: RefundRequest, options?: MoneyOptions): Promise<Payment>
  /** Payments of this shop with the till's own number, newest first: recovery after a lost reply. */
  byReference(reference: string, options?: CallOptions): Promise<Payment[]>
  receipt(id: string, options?: CallOptions): Promise<Receipt>
}

/** A payment a till has just asked for. `payment` is how it stood when last heard of. */
export type PaymentHandle = {
  readonly id: string
  readonly payment: Payment
  finished(options?: WatchOptions): Promise<Payment>
  cancel(options?: CallOptions): Promise<Payment>
  increment(amountMinor: number, options?: MoneyOptions): Promise<Payment>
  capture(amount?: number | CaptureRequest, options?: MoneyOptions): Promise<Payment>
  acknowledge(options?: CallOptions): Promise<Payment>
  refund(refund?: RefundRequest, options?: MoneyOptions): Promise<Payment>
  receipt(options?: CallOptions): Promise<Receipt>
}

export const isActive = (payment: Payment): boolean => ACTIVE_STATES.includes(payment.state)

export function paymentsOf({ call }: Transport): Payments {
  const at = (id: string, what = '') => `/v1/payments/${encodeURIComponent(id)}${what}`
  const ask = async <T>(request: ApiCall): Promise<T> => (await call<T>(request)).body
  const move = (path: string, json: unknown, { idempotencyKey, signal }: MoneyOptions = {}) =>
    ask<Payment>({ method: 'POST', path, json, signal, idempotencyKey: idempotencyKey ?? crypto.randomUUID() })

  const get: Payments['get'] = (id, options) => ask({ method: 'GET', path: at(id), ...options })

  async function* watch(id: string, { signal }: CallOptions = {}): AsyncGenerator<Payment, void, void> {
    let known = await get(id, { signal })
    yield known
    while (isActive(known)) {
      const askedAtMs = performance.now()
      const query = { wait: HOLD_S, after: known.version }
      const news = await ask<Payment>({ method: 'GET', path: at(id), query, holdMs: HOLD_S * 1000, signal })
      if (news.version > known.version) {
        known = news
        yield known
      } else await pause(Math.max(0, SHORTEST_ROUND_MS - (performance.now() - askedAtMs)), signal)
    }
  }

  async function finished(id: string, { signal, onChange }: WatchOptions = {}): Promise<Payment> {
    for await (const payment of watch(id, { signal })) {
      onChange?.(payment)
      if (!isActive(payment)) return payment
    }
    throw new Error('unreachable: watching ends with a payment that is not active')
  }

  const payments: Payments = {
    get,
    watch,
    finished,
    create: async (terminalId, sale, options) => {
      const path = `/v1/terminals/${encodeURIComponent(terminalId)}/payments`
      return handleOf(payments, await move(path, sale, options))
    },
    // Cancelling twice ends in the same state: it may be repeated without a key.
    cancel: (id, options) => ask({ method: 'POST', path: at(id, '/cancel'), json: {}, repeatable: true, ...options }),
    increment: (id, amountMinor, options) => move(at(id, '/increments'), { amountMinor }, options),
    capture: (id, amount, options) =>
      move(at(id, '/capture'), typeof amount === 'object' ? amount : { amountMinor: amount }, options),
    acknowledge: (id, options) =>
      ask({ method: 'POST', path: at(id, '/acknowledge'), json: {}, repeatable: true, ...options }),
    refund: (id, refund = {}, options) => move(at(id, '/refunds'), refund, options),
    byReference: async (reference, options) =>
      (await ask<PaymentList>({ method: 'GET', path: '/v1/payments', query: { reference }, ...options })).payments,
    receipt: (id, options) => ask({ method: 'GET', path: at(id, '/receipt'), ...options }),
  }
  return payments
}

function handleOf(payments: Payments, created: Payment): PaymentHandle {
  let latest = created
  const { id } = created
  const keep = async (work: Promise<Payment>) => {
    latest = await work
    return latest
  }
  return {
    id,
    get payment() {
      return latest
    },
    finished: (options) => keep(payments.finished(id, options)),
    cancel: (options) => keep(payments.cancel(id, options)),
    increment: (amountMinor, options) => keep(payments.increment(id, amountMinor, options)),
    capture: (amount, options) => keep(payments.capture(id, amount, options)),
    acknowledge: (options) => keep(payments.acknowledge(id, options)),
    refund: (refund, options) => keep(payments.refund(id, refund, options)),
    receipt: (options) => payments.receipt(id, options),
  }
}
