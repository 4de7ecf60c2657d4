import type { GateBalance, GateEntry, GateSession, GuidanceCode, HandSide } from '@paume/contract'
import type { Trouble } from '../language/problem-text.ts'

/** What the lane shows. `open`: a hand is waited for; with `pays`, to pay what is owed instead of coming in. */
export type GateState =
  | {
      at: 'open'
      people: number
      pays: GateBalance | null
      askedHand: HandSide | null
      attempt: string | null
      /** Counts tries, so that each has a run of its own. */
      tries: number
      guidance: GuidanceCode | null
      trouble: Trouble | null
    }
  | { at: 'checking'; people: number; pays: GateBalance | null; tries: number }
  | { at: 'welcome'; entry: GateEntry; people: number; countAgain: boolean }
  | { at: 'refused'; entry: GateEntry; people: number }
  | { at: 'paid'; balance: GateBalance; people: number }
  | { at: 'bye'; session: GateSession }

export type GateEvent =
  | { type: 'people'; people: number }
  | { type: 'burst_taken' }
  | { type: 'answered'; entry: GateEntry }
  | { type: 'failed'; trouble: Trouble }
  | { type: 'pay'; balance: GateBalance }
  | { type: 'counted'; people: number }
  | { type: 'left'; session: GateSession }
  | { type: 'done' }

export const fresh = (people = 1): GateState => ({
  at: 'open',
  people,
  pays: null,
  askedHand: null,
  attempt: null,
  tries: 0,
  guidance: null,
  trouble: null,
})

const again = (state: Extract<GateState, { at: 'open' | 'checking' }>): Extract<GateState, { at: 'open' }> => ({
  ...(fresh(state.people) as Extract<GateState, { at: 'open' }>),
  pays: state.pays,
  tries: state.tries + 1,
})

/** The lane, step by step. What does not fit the moment changes nothing: news may come late. */
export function nextState(state: GateState, event: GateEvent): GateState {
  switch (event.type) {
    case 'people':
      return state.at === 'open' && state.pays === null ? { ...state, people: event.people } : state
    case 'burst_taken':
      return state.at === 'open'
        ? { at: 'checking', people: state.people, pays: state.pays, tries: state.tries }
        : state
    case 'failed':
      return state.at === 'open' || state.at === 'checking' ? { ...again(state), trouble: event.trouble } : state
    case 'answered':
      return state.at === 'open' || state.at === 'checking' ? afterEntry(state, event.entry) : state
    case 'pay':
      return { ...(fresh() as Extract<GateState, { at: 'open' }>), pays: event.balance }
    case 'counted':
      return state.at === 'welcome' ? { ...state, people: event.people } : state
    case 'left':
      return state.at === 'open' && state.pays === null ? { at: 'bye', session: event.session } : state
    case 'done':
      return fresh()
  }
}

function afterEntry(state: Extract<GateState, { at: 'open' | 'checking' }>, entry: GateEntry): GateState {
  switch (entry.outcome) {
    case 'admitted':
    case 'joined':
      return { at: 'welcome', entry, people: entry.groupSize ?? state.people, countAgain: true }
    case 'refused':
      return { at: 'refused', entry, people: state.people }
    case 'paid':
      return state.pays === null ? fresh() : { at: 'paid', balance: state.pays, people: state.people }
    case 'other_palm':
      return { ...again(state), askedHand: entry.askedHand ?? null, attempt: entry.attempt ?? null }
    case 'try_again':
      return { ...again(state), guidance: entry.guidance[0]?.code ?? 'not_recognised' }
  }
}
