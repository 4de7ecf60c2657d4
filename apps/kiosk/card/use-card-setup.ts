import type { DeviceApi } from '@paume/client'
import type { CardSetupKind } from '@paume/contract'
import { useCallback, useEffect, useReducer } from 'react'
import { troubleOf } from '../../language/problem-text.ts'
import { type CardState, nextCard, OPENING } from './state.ts'

/** Between two looks whether the card was given elsewhere, ms. */
const LOOK_EVERY_MS = 2_000

export interface CardSetupHandle {
  state: CardState
  /** Begins anew, in another way or the same. A set-up that is open is ended at the processor. */
  open: (wish: CardSetupKind | null) => void
  /** Gives up waiting. */
  stop: () => void
  /** The card was given on this screen, or the processor refused it there. */
  tell: (what: 'given' | 'refused') => void
}

/**
 * The giving of a card from opening to end: asks the system how it goes, waits no longer than it makes sense, and leaves no reader
 * asking and no page open when it is left.
 */
export function useCardSetup(
  api: DeviceApi,
  enrolmentId: string,
  report: (error: unknown) => boolean,
): CardSetupHandle {
  const [state, show] = useReducer(nextCard, OPENING)
  const wish = state.at === 'opening' ? state.wish : null
  const isOpening = state.at === 'opening'

  useEffect(() => {
    if (!isOpening) return
    const stop = new AbortController()
    api.enrolments
      .cardSetup(enrolmentId, { signal: stop.signal, ...(wish ? { form: wish } : {}) })
      .then((setup) => {
        // Left meanwhile: nobody will see what was opened.
        if (stop.signal.aborted) api.enrolments.cancelCard(enrolmentId, setup.setupId).catch(() => {})
        else show({ type: 'opened', setup, nowMs: Date.now() })
      })
      .catch((error: unknown) => {
        if (!stop.signal.aborted && !report(error)) show({ type: 'failed', trouble: troubleOf(error) })
      })
    return () => stop.abort()
  }, [api, enrolmentId, isOpening, wish, report])

  const setupId = state.at === 'giving' ? state.setup.setupId : null
  const endsAtMs = state.at === 'giving' ? state.endsAtMs : null
  useEffect(() => {
    if (setupId === null || endsAtMs === null) return
    const stop = new AbortController()
    const look = async () => {
      if (Date.now() >= endsAtMs) return show({ type: 'late', setupId })
      // Not reached just now: the next look may.
      const progress = await api.enrolments
        .cardProgress(enrolmentId, setupId, { signal: stop.signal })
        .catch(() => null)
      if (progress?.state === 'succeeded') return show({ type: 'given', setupId })
      if (progress?.state === 'failed') return show({ type: 'refused', setupId })
      if (!stop.signal.aborted) timer = setTimeout(look, LOOK_EVERY_MS)
    }
    let timer = setTimeout(look, LOOK_EVERY_MS)
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [api, enrolmentId, setupId, endsAtMs])

  // However it is left: a set-up that is over stays as it is at the processor, an open one is ended.
  useEffect(() => {
    if (setupId === null) return
    return () => void api.enrolments.cancelCard(enrolmentId, setupId).catch(() => {})
  }, [api, enrolmentId, setupId])

  const open = useCallback((next: CardSetupKind | null) => show({ type: 'open', wish: next }), [])
  const tell = useCallback(
    (type: 'given' | 'refused' | 'stopped') => {
      if (setupId !== null) show({ type, setupId })
    },
    [setupId],
  )
  return { state, open, stop: useCallback(() => tell('stopped'), [tell]), tell }
}
