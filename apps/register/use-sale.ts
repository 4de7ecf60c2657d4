import { type DeviceApi, PaumeError } from '@paume/client'
import type { Payment } from '@paume/contract'
import { useCallback, useEffect, useMemo, useReducer } from 'react'
import { troubleOf } from '../language/problem-text.ts'
import type { Kept } from './kept.ts'
import { mayResend, nextSale, type OpenSale, SALE_START, type Sale, type SaleEvent } from './sale.ts'

/** Wait between two questions after a fault, and while a payment is `unknown`. */
const ASK_AGAIN_MS = 2_000

/** The system answered no: nothing was begun. Faults of the system (5xx) leave it open. */
const isRefusal = (error: unknown): error is PaumeError => error instanceof PaumeError && error.status < 500

type Show = (event: SaleEvent) => void

async function pause(ms: number, signal: AbortSignal) {
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve(undefined)
    })
  })
}

/** Keeps what is sold, then asks for the payment. The same again is the same payment. */
async function begin(api: DeviceApi, open: OpenSale, signal: AbortSignal): Promise<Payment> {
  const { idempotencyKey, request, terminalId, ticket } = open
  if (ticket) await api.counter.putTicket(request.reference, ticket, { signal })
  return (await api.payments.create(terminalId, request, { idempotencyKey, signal })).payment
}

/** Finds the payment of a sale nobody heard back of: by its reference, else by sending it again with the same key. Null: never begun. */
async function recover(api: DeviceApi, open: OpenSale, signal: AbortSignal): Promise<Payment | null> {
  const [found] = await api.payments.byReference(open.request.reference, { signal })
  if (found) return found
  if (!mayResend(open, Date.now())) return null
  return begin(api, open, signal)
}

/** Shows every change of a payment until it has ended for good. */
async function follow(api: DeviceApi, open: OpenSale, first: Payment, show: Show, signal: AbortSignal) {
  show({ type: 'news', open, payment: first })
  let { state } = first
  while (!signal.aborted) {
    try {
      for await (const payment of api.payments.watch(first.id, { signal })) {
        state = payment.state
        show({ type: 'news', open, payment })
      }
      if (state !== 'unknown') return
    } catch {
      if (signal.aborted) return
      show({ type: 'connection_lost' })
    }
    await pause(ASK_AGAIN_MS, signal)
  }
}

async function settle(api: DeviceApi, open: OpenSale, show: Show, signal: AbortSignal) {
  while (!signal.aborted) {
    try {
      const payment = await recover(api, open, signal)
      if (payment) return await follow(api, open, payment, show, signal)
      return show({ type: 'refused', trouble: { code: 'timed_out' } })
    } catch (error) {
      if (signal.aborted) return
      if (isRefusal(error)) return show({ type: 'refused', trouble: troubleOf(error) })
      show({ type: 'reply_lost' })
    }
    await pause(ASK_AGAIN_MS, signal)
  }
}

export interface SaleHandle {
  sale: Sale
  charge: (open: OpenSale) => void
  cancel: () => void
  leave: () => void
}

/** Runs the one sale of a register. A sale left open by a reload is taken up again at once. */
export function useSale(api: DeviceApi, kept: Kept, report: (error: unknown) => boolean): SaleHandle {
  const taken = useMemo(() => kept.openSale(), [kept])
  const [sale, show] = useReducer(nextSale, taken, (open): Sale => (open ? { at: 'lost', open } : SALE_START))
  const open = sale.at === 'basket' || sale.at === 'paid' || sale.at === 'not_paid' ? null : sale.open
  const key = open?.idempotencyKey ?? null

  // biome-ignore lint/correctness/useExhaustiveDependencies: one run for one sale, named by its key
  useEffect(() => {
    if (!open) return
    const stop = new AbortController()
    const guarded = async () => {
      if (sale.at !== 'sending') return settle(api, open, show, stop.signal)
      try {
        await follow(api, open, await begin(api, open, stop.signal), show, stop.signal)
      } catch (error) {
        if (stop.signal.aborted || report(error)) return
        if (isRefusal(error)) return show({ type: 'refused', trouble: troubleOf(error) })
        show({ type: 'reply_lost' })
        await settle(api, open, show, stop.signal)
      }
    }
    guarded()
    return () => stop.abort()
  }, [api, key])

  // Written down while open, struck out when it has ended: whatever the page was told last.
  useEffect(() => {
    if (sale.at === 'basket' || sale.at === 'paid' || sale.at === 'not_paid') kept.keepOpenSale(null)
  }, [sale.at, kept])

  const charge = useCallback(
    (next: OpenSale) => {
      kept.keepOpenSale(next)
      show({ type: 'charge', open: next })
    },
    [kept],
  )
  const paymentId = sale.at === 'running' ? sale.payment.id : null
  const cancel = useCallback(() => {
    if (!paymentId || !open) return
    show({ type: 'cancel' })
    api.payments
      .cancel(paymentId)
      .then((payment) => show({ type: 'news', open, payment }))
      .catch((error) => {
        if (!report(error)) show({ type: 'cancel_failed', trouble: troubleOf(error) })
      })
  }, [api, paymentId, open, report])
  const leave = useCallback(() => show({ type: 'leave' }), [])
  return { sale, charge, cancel, leave }
}
