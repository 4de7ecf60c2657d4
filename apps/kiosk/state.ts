import type { Enrolment, EnrolmentStep, HandSide } from '@paume/contract'
import type { Trouble } from '../language/problem-text.ts'

/** The screens of one registration, in their order. Consent comes before anything is asked, palms come last. */
export const STEP_SCREENS = ['notice', 'consent', 'phone', 'phone_code', 'card', 'terms', 'palms', 'finishing'] as const
export type StepScreen = (typeof STEP_SCREENS)[number]

export interface Flow {
  enrolment: Enrolment
  /** A request is under way. */
  busy: boolean
  trouble: Trouble | null
  /** The person shows this hand only; null is both, one after the other. */
  onlyHand: HandSide | null
}
export type KioskState =
  | { at: 'welcome'; busy: boolean; trouble: Trouble | null }
  /** Somebody deletes a registration; steps of its own in erase/. */
  | { at: 'erasing' }
  /** The page was loaded again in the middle of somebody's registration. */
  | { at: 'resume'; enrolment: Enrolment }
  | ({ at: StepScreen } & Flow)
  | { at: 'done'; enrolment: Enrolment; onlyHand: HandSide | null }
  | { at: 'goodbye'; why: 'no_thanks' | 'timed_out' | 'offline' }

export type KioskEvent =
  | { type: 'working' }
  | { type: 'erase' }
  | { type: 'opened'; enrolment: Enrolment }
  | { type: 'found'; enrolment: Enrolment }
  | { type: 'resumed' }
  | { type: 'notice_read' }
  | { type: 'other_phone' }
  /** "I can only show one hand", or null: both after all. */
  | { type: 'only_hand'; hand: HandSide | null }
  | { type: 'advanced'; enrolment: Enrolment; trouble?: Trouble }
  | { type: 'failed'; trouble: Trouble }
  | { type: 'leaving'; why: 'no_thanks' | 'timed_out' | 'offline' }
  | { type: 'leave' }

export const WELCOME: KioskState = { at: 'welcome', busy: false, trouble: null }

const SCREENS: Record<Exclude<EnrolmentStep, 'done' | 'ended'>, StepScreen> = {
  consent: 'consent',
  phone: 'phone',
  phone_code: 'phone_code',
  card: 'card',
  terms: 'terms',
  palms: 'palms',
  ready: 'finishing',
}

export const isStep = (state: KioskState): state is { at: StepScreen } & Flow => 'busy' in state && 'enrolment' in state

/** The screen of a registration as the system says it stands. */
function screenOf(enrolment: Enrolment, trouble: Trouble | null, before: KioskState): KioskState {
  const { step } = enrolment
  const onlyHand = isStep(before) ? before.onlyHand : null
  if (step === 'done') {
    return { at: 'done', enrolment: { ...enrolment, card: enrolment.card ?? cardOf(before) }, onlyHand }
  }
  if (step === 'ended') return { at: 'goodbye', why: 'timed_out' }
  // The notice is shown before the consent, and stays until it was read, also when its language changes.
  const at =
    step === 'consent' && before.at !== 'consent'
      ? 'notice'
      : step === 'palms' && dueHand(enrolment, onlyHand) === null
        ? 'finishing'
        : SCREENS[step]
  const told = { ...enrolment, sandboxPhoneCode: phoneCodeOf(enrolment, before) }
  return { at, enrolment: told, busy: false, trouble, onlyHand }
}

const hasPictures = ({ palms }: Enrolment, hand: HandSide) => palms[hand].goodFrames >= palms[hand].needed

/** The hand whose pictures are due: left until it has them, then right, or the only one. Null: there are enough. */
export function dueHand(enrolment: Enrolment, onlyHand: HandSide | null): HandSide | null {
  const asked: HandSide[] = onlyHand === null ? ['L', 'R'] : [onlyHand]
  return asked.find((hand) => !hasPictures(enrolment, hand)) ?? null
}

/** The one hand that has its pictures while the other has not. */
export function doneHand(enrolment: Enrolment): HandSide | null {
  const done = (['L', 'R'] as const).filter((hand) => hasPictures(enrolment, hand))
  return done.length === 1 ? done[0]! : null
}

/** The system says the card and the sandbox's code only once; the screens that show them come later. */
const cardOf = (before: KioskState) => (isStep(before) ? before.enrolment.card : undefined)
function phoneCodeOf(enrolment: Enrolment, before: KioskState): string | undefined {
  if (enrolment.step !== 'phone_code') return undefined
  return enrolment.sandboxPhoneCode ?? (isStep(before) ? before.enrolment.sandboxPhoneCode : undefined)
}

/** Problems that end a registration: it is gone on the system, so nothing of it may stay here. */
const ENDS: readonly Trouble['code'][] = ['enrolment_unknown', 'enrolment_expired', 'not_found']

/** The kiosk after an event. After `leaving` nothing of the person is left in the state. */
export function nextKiosk(state: KioskState, event: KioskEvent): KioskState {
  switch (event.type) {
    case 'working':
      return state.at === 'welcome' || isStep(state) ? { ...state, busy: true, trouble: null } : state
    case 'erase':
      return state.at === 'welcome' ? { at: 'erasing' } : state
    case 'opened':
      return state.at === 'welcome' ? screenOf(event.enrolment, null, state) : state
    case 'found':
      return state.at === 'welcome' && event.enrolment.step !== 'done' && event.enrolment.step !== 'ended'
        ? { at: 'resume', enrolment: event.enrolment }
        : state
    case 'resumed':
      return state.at === 'resume' ? screenOf(state.enrolment, null, state) : state
    case 'notice_read':
      return state.at === 'notice' ? { ...state, at: 'consent', trouble: null } : state
    case 'other_phone':
      return state.at === 'phone_code' ? { ...state, at: 'phone', trouble: null } : state
    case 'only_hand':
      return state.at === 'palms' ? screenOf(state.enrolment, null, { ...state, onlyHand: event.hand }) : state
    case 'advanced':
      return isStep(state) && state.enrolment.id === event.enrolment.id
        ? screenOf(event.enrolment, event.trouble ?? null, state)
        : state
    case 'failed':
      if (state.at === 'welcome') return { ...state, busy: false, trouble: event.trouble }
      if (!isStep(state)) return state
      return ENDS.includes(event.trouble.code)
        ? { at: 'welcome', busy: false, trouble: event.trouble }
        : { ...state, busy: false, trouble: event.trouble }
    case 'leaving':
      if (state.at === 'welcome') return state
      return state.at === 'erasing' ? WELCOME : { at: 'goodbye', why: event.why }
    case 'leave':
      return state.at === 'goodbye' || state.at === 'done' || state.at === 'erasing' ? WELCOME : state
  }
}

/** What somebody may leave a screen alone before it is cleared, ms. Reading takes longer than typing. */
export function patienceMs(state: KioskState): number | null {
  switch (state.at) {
    case 'welcome':
      return null
    case 'notice':
    case 'consent':
    case 'terms':
      return 180_000
    case 'phone':
    case 'phone_code':
    case 'card':
    case 'palms':
    case 'finishing':
    case 'erasing':
    case 'done':
      return 90_000
    case 'resume':
      return 45_000
    case 'goodbye':
      return 12_000
  }
}

/** What "I need more time" adds, ms. May be asked for as often as one likes. */
export const MORE_TIME_MS = 120_000
