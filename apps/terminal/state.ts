import { isActive } from '@paume/client'
import type { GuidanceCode, HoverResult, Payment } from '@paume/contract'
import type { Trouble } from '../language/problem-text.ts'

/** What the terminal shows. Derived from what the system says; only a running hover is the terminal's own knowledge. */
export type TerminalState =
  | { at: 'idle' }
  /** The amount is on the screen; the system is being told so. */
  | { at: 'preparing'; payment: Payment }
  | { at: 'tip'; payment: Payment }
  /** Waiting for a hand. `guidance` is what was wrong with the last try, `attempt` counts the tries of this page. */
  | { at: 'hover'; payment: Payment; attempt: number; guidance: GuidanceCode | null; trouble: Trouble | null }
  /** Pictures are taken. `awaiting`: this page waits for the answer to its own hover. */
  | { at: 'checking'; payment: Payment; attempt: number; awaiting: boolean }
  /** Several cards: the shopper says which. */
  | { at: 'choosing'; payment: Payment; attempt: number }
  | { at: 'ended'; payment: Payment }

export type TerminalEvent =
  | { type: 'news'; payment: Payment }
  /** The system has no active payment for this terminal. */
  | { type: 'none' }
  | { type: 'tip_chosen'; payment: Payment }
  | { type: 'burst_taken' }
  | { type: 'hover_answer'; result: HoverResult }
  | { type: 'hover_failed'; trouble: Trouble }
  | { type: 'dwell_over' }

export const IDLE: TerminalState = { at: 'idle' }

const asksTip = (payment: Payment): boolean =>
  payment.tip.mode === 'ask' && payment.tipMinor === 0 && (payment.tip.presets?.length ?? 0) > 0

const hover = (
  payment: Payment,
  attempt: number,
  more: { guidance?: GuidanceCode; trouble?: Trouble } = {},
): TerminalState => ({
  at: 'hover',
  payment,
  attempt,
  guidance: more.guidance ?? null,
  trouble: more.trouble ?? null,
})

/** The screen of a payment that this page hears of, knowing what it showed before. */
function afterNews(state: TerminalState, payment: Payment): TerminalState {
  const same = state.at !== 'idle' && state.payment.id === payment.id
  if (same && payment.version < state.payment.version) return state
  if (!isActive(payment)) {
    // An end is shown to the one who stood here; a page opened later does not show the last shopper's end.
    return same || state.at === 'ended' ? { at: 'ended', payment } : state
  }
  if (same && state.at === 'ended') return state
  switch (payment.state) {
    case 'created':
      return { at: 'preparing', payment }
    case 'presented': {
      if (same && state.at === 'checking' && state.awaiting) return { ...state, payment }
      if (same && state.at === 'hover') return { ...state, payment }
      if (same && state.at === 'checking') return hover(payment, state.attempt + 1)
      return asksTip(payment) ? { at: 'tip', payment } : hover(payment, 0)
    }
    default: {
      const attempt = same && 'attempt' in state ? state.attempt : 0
      if (payment.cardChoice) return { at: 'choosing', payment, attempt }
      return { at: 'checking', payment, attempt, awaiting: same && state.at === 'checking' && state.awaiting }
    }
  }
}

function afterHover(
  state: TerminalState & { at: 'checking' },
  { outcome, guidance, payment }: HoverResult,
): TerminalState {
  switch (outcome) {
    case 'try_again':
    case 'other_palm':
      return isActive(payment)
        ? hover(payment, state.attempt + 1, { guidance: guidance[0]?.code })
        : { at: 'ended', payment }
    case 'approved':
    case 'declined':
      return { at: 'ended', payment }
    case 'choose_card':
      return payment.cardChoice
        ? { at: 'choosing', payment, attempt: state.attempt }
        : { ...state, payment, awaiting: false }
    case 'unknown':
      // The system itself does not know yet. Its news will tell; until then the shopper waits.
      return isActive(payment) ? { ...state, payment, awaiting: false } : { at: 'ended', payment }
  }
}

/** The screen after an event. Late answers of an earlier payment change nothing. */
export function nextTerminal(state: TerminalState, event: TerminalEvent): TerminalState {
  switch (event.type) {
    case 'news':
      return afterNews(state, event.payment)
    case 'none':
      return state.at === 'ended' ? state : IDLE
    case 'tip_chosen':
      return state.at === 'tip' && state.payment.id === event.payment.id ? hover(event.payment, 0) : state
    case 'burst_taken':
      return state.at === 'hover'
        ? { at: 'checking', payment: state.payment, attempt: state.attempt, awaiting: true }
        : state
    case 'hover_answer':
      return state.at === 'checking' && state.payment.id === event.result.payment.id
        ? afterHover(state, event.result)
        : state
    case 'hover_failed':
      return state.at === 'checking' || state.at === 'hover'
        ? hover(state.payment, state.attempt + 1, { trouble: event.trouble })
        : state
    case 'dwell_over':
      return state.at === 'ended' ? IDLE : state
  }
}

/** How long an end stays on the screen when nothing new comes, ms. Bad news takes longer to read. */
export function dwellMs(payment: Payment): number {
  switch (payment.state) {
    case 'approved':
      return 7_000
    case 'unknown':
      return 120_000
    default:
      return 15_000
  }
}
