import type { CardSetup, CardSetupKind } from '@paume/contract'
import type { Trouble } from '../../language/problem-text.ts'

/** How the card of one registration is being given. */
export type CardState =
  | { at: 'opening'; wish: CardSetupKind | null }
  /** `endsAtMs`: nobody is waited for longer, by this machine's clock; null where the card is given on this screen. */
  | { at: 'giving'; setup: CardSetup; form: CardSetupKind; endsAtMs: number | null }
  /** Nobody brought it in time, somebody gave up, or the bank said no. */
  | { at: 'over'; why: 'late' | 'stopped' | 'refused'; form: CardSetupKind; others: CardSetupKind[] }
  | { at: 'given'; setupId: string }
  | { at: 'unavailable'; trouble: Trouble }

export type CardEvent =
  | { type: 'open'; wish: CardSetupKind | null }
  | { type: 'opened'; setup: CardSetup; nowMs: number }
  | { type: 'refused' | 'stopped' | 'late' | 'given'; setupId: string }
  | { type: 'failed'; trouble: Trouble }

/** How long a card that is given elsewhere is waited for, ms: at a reader it is at hand, on a phone it is typed. */
const WAIT_MS: Record<CardSetupKind, number | null> = {
  reader: 90_000,
  hosted_page: 300_000,
  elements: null,
  sandbox: null,
}

export const OPENING: CardState = { at: 'opening', wish: null }

/** What comes of an event. What concerns a set-up that is not shown any more changes nothing: its news came late. */
export function nextCard(state: CardState, event: CardEvent): CardState {
  switch (event.type) {
    case 'open':
      return { at: 'opening', wish: event.wish }
    case 'opened': {
      if (state.at !== 'opening') return state
      const form = event.setup.form?.kind ?? 'sandbox'
      const waitMs = WAIT_MS[form]
      return { at: 'giving', setup: event.setup, form, endsAtMs: waitMs === null ? null : event.nowMs + waitMs }
    }
    case 'failed':
      return state.at === 'opening' ? { at: 'unavailable', trouble: event.trouble } : state
    case 'given':
      return isGiving(state, event.setupId) ? { at: 'given', setupId: event.setupId } : state
    case 'refused':
    case 'stopped':
    case 'late': {
      if (!isGiving(state, event.setupId)) return state
      const { form, setup } = state
      return { at: 'over', why: event.type, form, others: setup.others ?? [] }
    }
  }
}

const isGiving = (state: CardState, setupId: string): state is CardState & { at: 'giving' } =>
  state.at === 'giving' && state.setup.setupId === setupId
