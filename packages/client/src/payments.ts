import {
  ACTIVE_STATES,
  type CaptureRequest,
  type Language,
  type Payment,
  type PaymentCreate,
  type PaymentList,
  type Receipt,
  type ReceiptDelivery,
  type ReceiptDeliveryList,
  type ReceiptDeliveryRequest,
  type RefundRequest,
} from '@paume/contract'
import { DEFAULT_RETRY, isPassing, pause, waitBefore } from './retry.ts'
import type { ApiCall, CallOptions, Transport } from './transport.ts'

/** A server out of reach for longer is no passing fault, ms. */
const PATIENCE_MS = 300_000
/** How long the server is asked to hold a long poll, s (payments.md: `?wait=25`). */
const HOLD_S = 25
/** Guard against a server that does not hold the reply: no more than one question in this time, ms. */
const SHORTEST_ROUND_MS = 250

/** A write that moves money is sent with a key; the same key again never moves it twice. A till may give its own to survive a restart. */
export type MoneyOptions = CallOptions & { idempotencyKey?: string }
export type WatchOptions = CallOptions & {
  onChange?: (payment: Payment) => void
  /** Waits on while the payment is `unknown`, until reconciliation has settled it. */
  untilKnown?: boolean
  /** Hears of each time that the server could not be asked; the wait goes on. */
  onTrouble?: (error: unknown) => void
  /** How long the server may be out of reach before the wait ends with that failure; default 5 minutes. */
  patienceMs?: number
}
export type ReceiptOptions = CallOptions & { language?: Language }

export type Payments = {
  /** Asks a terminal to charge. A lost reply is asked for again with the same key. Throws `terminal_busy`, `terminal_offline`, … */
  create(terminalId: string, sale: PaymentCreate, options?: MoneyOptions): Promise<PaymentHandle>
  get(id: string, options?: CallOptions): Promise<Payment>
  /** Every version of the payment from now on, until it has left the terminal. */
  watch(id: string, options?: CallOptions): AsyncGenerator<Payment, void, void>
  /**
   * Resolves as soon as the payment no longer occupies the terminal. `unknown` is one of the results unless `untilKnown` is set:
   * reconciliation settles it later. Outages are waited through: asking changes nothing, and going away would.
   */
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
  /** Lines ready to print, in the shop's first language unless told. Throws `not_found` before the approval. */
  receipt(id: string, options?: ReceiptOptions): Promise<Receipt>
  /**
   * Has the receipt sent, by mail or to a phone; `shopper_phone` is the shopper's own, which no till sees. It is on its way when this
   * returns: `receiptDeliveries` says how it went. Throws `mail_address_invalid`, `phone_invalid`, `mail_unavailable`, `rate_limited`.
   */
  sendReceipt(id: string, wish: ReceiptDeliveryRequest, options?: MoneyOptions): Promise<ReceiptDelivery>
  /** Receipts sent of a payment, oldest first. */
  receiptDeliveries(id: string, options?: CallOptions): Promise<ReceiptDelivery[]>
  /** A payment that was found again, e.g. after a restart of the till, to go on with. */
  handle(payment: Payment): PaymentHandle
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
  receipt(options?: ReceiptOptions): Promise<Receipt>
  sendReceipt(wish: ReceiptDeliveryRequest, options?: MoneyOptions): Promise<ReceiptDelivery>
}

export const isActive = (payment: Payment): boolean => ACTIVE_STATES.includes(payment.state)

export function paymentsOf({ call }: Transport): Payments {
  const at = (id: string, what = '') => `/v1/payments/${encodeURIComponent(id)}${what}`
  const ask = async <T>(request: ApiCall): Promise<T> => (await call<T>(request)).body
  const move = <T = Payment>(path: string, json: unknown, { idempotencyKey, signal }: MoneyOptions = {}) =>
    ask<T>({ method: 'POST', path, json, signal, idempotencyKey: idempotencyKey ?? crypto.randomUUID() })

  const get: Payments['get'] = (id, options) => ask({ method: 'GET', path: at(id), ...options })

  /** Every version from now on, for as long as `goesOn` says so of the last. */
  async function* versions(id: string, goesOn: (payment: Payment) => boolean, signal?: AbortSignal) {
    let known = await get(id, { signal })
    yield known
    while (goesOn(known)) {
      const askedAtMs = performance.now()
      const query = { wait: HOLD_S, after: known.version }
      const news = await ask<Payment>({ method: 'GET', path: at(id), query, holdMs: HOLD_S * 1000, signal })
      if (news.version > known.version) {
        known = news
        yield known
      } else await pause(Math.max(0, SHORTEST_ROUND_MS - (performance.now() - askedAtMs)), signal)
    }
  }

  const watch: Payments['watch'] = (id, options) => versions(id, isActive, options?.signal)

  async function finished(id: string, options: WatchOptions = {}): Promise<Payment> {
    const { signal, onChange, onTrouble, untilKnown = false, patienceMs = PATIENCE_MS } = options
    const goesOn = (payment: Payment) => isActive(payment) || (untilKnown && payment.state === 'unknown')
    let version = 0
    let heardAtMs = performance.now()
    for (let silences = 1; ; silences++) {
      try {
        for await (const payment of versions(id, goesOn, signal)) {
          silences = 1
          heardAtMs = performance.now()
          if (payment.version > version) onChange?.(payment)
          version = payment.version
          if (!goesOn(payment)) return payment
        }
      } catch (error) {
        if (!isPassing(error) || signal?.aborted || performance.now() - heardAtMs > patienceMs) throw error
        onTrouble?.(error)
        await pause(waitBefore(silences, DEFAULT_RETRY), signal)
      }
    }
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
    receipt: (id, { language, signal } = {}) =>
      ask({ method: 'GET', path: at(id, '/receipt'), query: { language }, signal }),
    sendReceipt: (id, wish, options) => move<ReceiptDelivery>(at(id, '/receipt/deliveries'), wish, options),
    receiptDeliveries: async (id, options) =>
      (await ask<ReceiptDeliveryList>({ method: 'GET', path: at(id, '/receipt/deliveries'), ...options })).deliveries,
    handle: (payment) => handleOf(payments, payment),
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
    sendReceipt: (wish, options) => payments.sendReceipt(id, wish, options),
  }
}
