import { type DeviceApi, NetworkFailure } from '@paume/client'
import type { ReceiptDelivery, ReceiptDeliveryRequest } from '@paume/contract'
import { useEffect, useRef, useState } from 'react'
import { type Trouble, troubleOf } from '../language/problem-text.ts'

/** How often it is asked how a receipt on its way went, ms, and how many times. */
const ASK_EVERY_MS = 1_500
const ASK_TIMES = 20

export type SendState =
  | { kind: 'ready'; trouble: Trouble | null }
  | { kind: 'asking' }
  | { kind: 'under_way'; delivery: ReceiptDelivery }

/** Has one receipt sent and follows it for a while. Asked again after a lost reply it is the same sending. */
export function useReceiptDelivery(api: DeviceApi, paymentId: string) {
  const [state, setState] = useState<SendState>({ kind: 'ready', trouble: null })
  const attempt = useRef<{ wish: string; key: string } | null>(null)
  const waiting = state.kind === 'under_way' && state.delivery.state === 'queued' ? state.delivery.id : null

  useEffect(() => {
    if (waiting === null) return
    const stop = new AbortController()
    let asked = 0
    const timer = setInterval(async () => {
      asked += 1
      if (asked >= ASK_TIMES) clearInterval(timer)
      // Not heard: asked again at the next turn.
      const all = await api.payments.receiptDeliveries(paymentId, { signal: stop.signal }).catch(() => [])
      const delivery = all.find(({ id }) => id === waiting)
      if (delivery && delivery.state !== 'queued' && !stop.signal.aborted) setState({ kind: 'under_way', delivery })
    }, ASK_EVERY_MS)
    return () => {
      clearInterval(timer)
      stop.abort()
    }
  }, [api, paymentId, waiting])

  return {
    state,
    async send(to: ReceiptDeliveryRequest['to']) {
      const wish = JSON.stringify(to)
      if (attempt.current?.wish !== wish) attempt.current = { wish, key: crypto.randomUUID() }
      setState({ kind: 'asking' })
      try {
        const delivery = await api.payments.sendReceipt(paymentId, { to }, { idempotencyKey: attempt.current.key })
        attempt.current = null
        setState({ kind: 'under_way', delivery })
      } catch (error) {
        if (!(error instanceof NetworkFailure)) attempt.current = null
        setState({ kind: 'ready', trouble: troubleOf(error) })
      }
    },
    another: () => setState({ kind: 'ready', trouble: null }),
  }
}
