import { type DeviceApi, isPaumeError, openPublic } from '@paume/client'
import type { AgreedText, CardSetup, Device, Enrolment, HandSide, Language } from '@paume/contract'
import { type Dispatch, useCallback, useEffect, useMemo, useReducer, useRef } from 'react'
import { troubleOf } from '../language/problem-text.ts'
import { language } from '../language/text.ts'
import { type TestCard, typedFields } from './card/test-cards.ts'
import { isStep, type KioskEvent, type KioskState, nextKiosk, WELCOME } from './state.ts'

/** What a person can do at the kiosk. Each asks the system and then shows where the registration stands. */
export interface EnrolmentActions {
  start: () => void
  setLanguage: (next: Language) => void
  readNotice: () => void
  agree: (text: AgreedText) => void
  sendPhone: (phone: string) => void
  otherPhone: () => void
  sendCode: (code: string) => void
  /** Gives a test card to the sandbox processor and keeps it. */
  saveCard: (setup: CardSetup, card: TestCard) => void
  /** Keeps the card that was given on this set-up. */
  keepCard: (setupId: string) => void
  /** Goes on with this hand alone; null: with both after all. */
  showOnly: (hand: HandSide | null) => void
  finish: () => void
  /** The system may stand elsewhere than the screen: look. */
  lookAgain: () => void
  resume: () => void
  /** Deleting a registration of an earlier day. */
  erase: () => void
  end: (why: 'no_thanks' | 'timed_out') => void
  leave: () => void
}

export interface EnrolmentHandle {
  state: KioskState
  show: Dispatch<KioskEvent>
  actions: EnrolmentActions
}

/** Where the number of an open registration is kept over a reload: this window only, never on disk for good. */
const keptAt = (device: Device) => `paume-enrolment:${device.id}`

export function useEnrolment(device: Device, api: DeviceApi, report: (error: unknown) => boolean): EnrolmentHandle {
  const [state, show] = useReducer(nextKiosk, WELCOME)
  const now = useRef(state)
  now.current = state
  const id = 'enrolment' in state ? state.enrolment.id : null

  const run = useCallback(
    async (work: () => Promise<Enrolment>, event: 'opened' | 'advanced' = 'advanced') => {
      show({ type: 'working' })
      try {
        show({ type: event, enrolment: await work() })
      } catch (error) {
        if (report(error)) return
        const trouble = troubleOf(error)
        // The reply of an earlier step was lost, or the text changed: show where it really stands, and why.
        const { current } = now
        if ((trouble.code === 'enrolment_step' || trouble.code === 'consent_text_outdated') && isStep(current)) {
          const enrolment = await api.enrolments.get(current.enrolment.id).catch(() => null)
          if (enrolment) return show({ type: 'advanced', enrolment, trouble })
        }
        show({ type: 'failed', trouble })
      }
    },
    [api, report],
  )

  // Found again after a reload; struck out as soon as nobody registers.
  useEffect(() => {
    const kept = sessionStorage.getItem(keptAt(device))
    if (!kept) return
    const stop = new AbortController()
    api.enrolments
      .get(kept, { signal: stop.signal })
      .then((enrolment) => show({ type: 'found', enrolment }))
      .catch(() => {
        // Ended, or out of reach: the system clears it by itself.
      })
    return () => stop.abort()
  }, [device, api])
  const met = useRef(false)
  useEffect(() => {
    if (id !== null && state.at !== 'done') {
      met.current = true
      sessionStorage.setItem(keptAt(device), id)
    } else if (met.current) sessionStorage.removeItem(keptAt(device))
  }, [device, id, state.at])

  const actions = useMemo<EnrolmentActions>(() => {
    const step = (work: (enrolmentId: string) => Promise<Enrolment>) => {
      const { current } = now
      if (isStep(current) && !current.busy) run(() => work(current.enrolment.id))
    }
    return {
      start: () => run(() => api.enrolments.start(language.get()), 'opened'),
      setLanguage: (next) => step((enrolmentId) => api.enrolments.language(enrolmentId, next)),
      readNotice: () => show({ type: 'notice_read' }),
      agree: (text) =>
        step((enrolmentId) =>
          (text.kind === 'terms' ? api.enrolments.terms : api.enrolments.consent)(enrolmentId, text),
        ),
      sendPhone: (phone) => step((enrolmentId) => api.enrolments.phone(enrolmentId, phone)),
      otherPhone: () => show({ type: 'other_phone' }),
      sendCode: (code) => step((enrolmentId) => api.enrolments.phoneCode(enrolmentId, code)),
      keepCard: (setupId) => step((enrolmentId) => api.enrolments.card(enrolmentId, setupId)),
      saveCard: (setup, card) =>
        step(async (enrolmentId) => {
          // Straight to the processor's address: the number never passes a `/v1` address of ours.
          await openPublic({ baseUrl: location.origin }).sandbox.confirmCard(setup, typedFields(card, new Date()))
          return api.enrolments.card(enrolmentId, setup.setupId)
        }),
      showOnly: (hand) => show({ type: 'only_hand', hand }),
      finish: () => {
        const { current } = now
        const onePalm = isStep(current) && current.onlyHand !== null
        step((enrolmentId) => api.enrolments.complete(enrolmentId, onePalm ? { onePalm } : {}))
      },
      lookAgain: () => step((enrolmentId) => api.enrolments.get(enrolmentId)),
      resume: () => show({ type: 'resumed' }),
      erase: () => show({ type: 'erase' }),
      end(why) {
        const { current } = now
        const enrolmentId = 'enrolment' in current ? current.enrolment.id : null
        const finished = current.at === 'done'
        show(finished ? { type: 'leave' } : { type: 'leaving', why })
        if (enrolmentId === null || finished) return
        api.enrolments.end(enrolmentId).catch((error) => {
          // Gone already is what was wanted. Anything else: the system clears it by itself in a while, and the page says so.
          // Not over the head of a next person, who may have begun meanwhile.
          const gone = isPaumeError(error, 'enrolment_unknown') || isPaumeError(error, 'enrolment_expired')
          if (!gone && now.current.at === 'goodbye') {
            show({ type: 'leaving', why: 'offline' })
          }
        })
      },
      leave: () => show({ type: 'leave' }),
    }
  }, [api, run])
  return { state, show, actions }
}
