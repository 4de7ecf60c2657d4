import { type DeviceApi, isActive, isPaumeError } from '@paume/client'
import type { Payment } from '@paume/contract'
import { type Dispatch, useEffect, useReducer, useRef, useState } from 'react'
import { isConnectionTrouble, troubleOf } from '../language/problem-text.ts'
import { dwellMs, IDLE, nextTerminal, type TerminalEvent, type TerminalState } from './state.ts'

const AGAIN_MS = 1_000
/** How often the true end of a payment is asked for while the system does not know it. */
const UNKNOWN_ASK_MS = 2_000

export interface PaymentHandle {
  state: TerminalState
  show: Dispatch<TerminalEvent>
  /** False as soon as one question stays without an answer. */
  reached: boolean
}

const idOf = (state: TerminalState) => (state.at === 'idle' ? null : state.payment.id)

/** Keeps asking the system which payment this terminal has, and turns the answers into the screen. */
export function usePayment(api: DeviceApi, report: (error: unknown) => boolean): PaymentHandle {
  const [state, show] = useReducer(nextTerminal, IDLE)
  const [reached, setReached] = useState(true)
  const now = useRef(state)
  now.current = state

  useEffect(() => {
    const stop = new AbortController()
    const { signal } = stop
    const lookAtEnd = async () => {
      const { current } = now
      if (current.at === 'idle' || current.at === 'ended') return show({ type: 'none' })
      // It left the terminal: how it ended stands in the payment itself.
      const payment = await api.payments.get(current.payment.id, { signal })
      show(isActive(payment) ? { type: 'none' } : { type: 'news', payment })
    }
    const round = async () => {
      let known: Payment | null = null
      let first = true
      while (!signal.aborted) {
        try {
          known = await (first ? api.terminal.current({ signal }) : api.terminal.next(known, { signal }))
          first = false
          setReached(true)
          if (known) show({ type: 'news', payment: known })
          else await lookAtEnd()
        } catch (error) {
          if (signal.aborted || report(error)) return
          if (isConnectionTrouble(troubleOf(error)) || isPaumeError(error, 'database_unavailable')) setReached(false)
          known = null
          first = true
          await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
        }
      }
    }
    const cut = () => setReached(false)
    window.addEventListener('offline', cut)
    round()
    return () => {
      stop.abort()
      window.removeEventListener('offline', cut)
    }
  }, [api, report])

  useTelling(api, state, show, report)
  return { state, show, reached }
}

/** What the terminal says by itself: "the amount is on the screen", and afterwards the wish to know an unknown end. */
function useTelling(
  api: DeviceApi,
  state: TerminalState,
  show: Dispatch<TerminalEvent>,
  report: (error: unknown) => boolean,
) {
  const preparing = state.at === 'preparing' ? state.payment.id : null
  useEffect(() => {
    if (preparing === null) return
    const stop = new AbortController()
    // Told once the browser has painted the amount, not before.
    const frame = requestAnimationFrame(() => {
      api.terminal
        .presented(preparing, { signal: stop.signal })
        .then((payment) => show({ type: 'news', payment }))
        .catch((error) => {
          if (!stop.signal.aborted) report(error)
        })
    })
    return () => {
      cancelAnimationFrame(frame)
      stop.abort()
    }
  }, [api, preparing, show, report])

  const id = idOf(state)
  const ended = state.at === 'ended' ? state.payment : null
  useEffect(() => {
    if (!ended) return
    const timer = setTimeout(() => show({ type: 'dwell_over' }), dwellMs(ended))
    return () => clearTimeout(timer)
  }, [ended, show])

  const unknown = ended?.state === 'unknown'
  useEffect(() => {
    if (!unknown || id === null) return
    const timer = setInterval(() => {
      api.payments
        .get(id)
        .then((payment) => show({ type: 'news', payment }))
        // Not answered now: asked again in two seconds.
        .catch(() => {})
    }, UNKNOWN_ASK_MS)
    return () => clearInterval(timer)
  }, [api, unknown, id, show])
}
