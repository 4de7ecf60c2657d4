import type { Enrolment, EnrolmentStep } from '@paume/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  doneHand,
  dueHand,
  isStep,
  type KioskEvent,
  type KioskState,
  nextKiosk,
  patienceMs,
  STEP_SCREENS,
  WELCOME,
} from './state.ts'

const enrolment = (step: EnrolmentStep, more: Partial<Enrolment> = {}) =>
  ({
    id: 'enr_1',
    step,
    language: 'en',
    palms: { L: { goodFrames: 0, needed: 3 }, R: { goodFrames: 0, needed: 3 } },
    ...more,
  }) as unknown as Enrolment
const advanced = (step: EnrolmentStep, more: Partial<Enrolment> = {}): KioskEvent => ({
  type: 'advanced',
  enrolment: enrolment(step, more),
})
const opened: KioskEvent = { type: 'opened', enrolment: enrolment('consent') }
const run = (...events: KioskEvent[]) => events.reduce<KioskState>(nextKiosk, WELCOME)

describe('the kiosk', () => {
  it('shows the notice, then the consent, before anything is asked', () => {
    expect(run(opened).at).toBe('notice')
    expect(run(opened, advanced('consent', { language: 'fr' })).at).toBe('notice')
    expect(run(opened, { type: 'notice_read' }).at).toBe('consent')
    expect(run(opened, { type: 'notice_read' }, advanced('consent', { language: 'fr' })).at).toBe('consent')
  })

  it('follows the system through every step', () => {
    const steps: [EnrolmentStep, string][] = [
      ['phone', 'phone'],
      ['phone_code', 'phone_code'],
      ['card', 'card'],
      ['terms', 'terms'],
      ['palms', 'palms'],
      ['ready', 'finishing'],
      ['done', 'done'],
    ]
    let state = run(opened, { type: 'notice_read' })
    for (const [step, screen] of steps) {
      state = nextKiosk(state, advanced(step))
      expect(state.at).toBe(screen)
    }
  })

  it('keeps the code of the sandbox while it is needed, and no longer', () => {
    const coded = run(opened, { type: 'notice_read' }, advanced('phone_code', { sandboxPhoneCode: '123456' }))
    expect(coded).toMatchObject({ enrolment: { sandboxPhoneCode: '123456' } })
    expect(nextKiosk(coded, advanced('phone_code'))).toMatchObject({ enrolment: { sandboxPhoneCode: '123456' } })
    expect(JSON.stringify(nextKiosk(coded, advanced('card')))).not.toContain('123456')
  })

  it('remembers the card for the last screen', () => {
    const card = { brand: 'visa', last4: '4242' }
    const done = run(
      opened,
      { type: 'notice_read' },
      advanced('terms', { card }),
      advanced('ready', { card }),
      advanced('done'),
    )
    expect(done).toMatchObject({ at: 'done', enrolment: { card } })
  })

  it('leaves nothing of a person behind, from every screen', () => {
    for (const screen of STEP_SCREENS) {
      const state = {
        at: screen,
        enrolment: enrolment('palms', { phoneHint: '…23' }),
        busy: false,
        trouble: null,
      } as KioskState
      const gone = nextKiosk(state, { type: 'leaving', why: 'timed_out' })
      expect(gone).toEqual({ at: 'goodbye', why: 'timed_out' })
      expect(nextKiosk(gone, { type: 'leave' })).toEqual(WELCOME)
    }
  })

  it('takes no late answer for a registration that was left', () => {
    const gone = run(opened, { type: 'leaving', why: 'no_thanks' })
    expect(nextKiosk(gone, advanced('phone', { phoneHint: '…23' }))).toBe(gone)
    expect(
      nextKiosk(run(opened), { type: 'advanced', enrolment: enrolment('phone', { id: 'enr_2' } as Partial<Enrolment>) })
        .at,
    ).toBe('notice')
  })

  it('says what failed, and goes back to the welcome when the registration is gone', () => {
    expect(run(opened, { type: 'working' }, { type: 'failed', trouble: { code: 'phone_invalid' } })).toMatchObject({
      at: 'notice',
      busy: false,
      trouble: { code: 'phone_invalid' },
    })
    expect(run(opened, { type: 'failed', trouble: { code: 'enrolment_expired' } })).toEqual({
      at: 'welcome',
      busy: false,
      trouble: { code: 'enrolment_expired' },
    })
  })

  it('asks whose registration it is after a reload, and offers nothing of one that has ended', () => {
    const found = run({ type: 'found', enrolment: enrolment('card') })
    expect(found.at).toBe('resume')
    expect(nextKiosk(found, { type: 'resumed' }).at).toBe('card')
    expect(run({ type: 'found', enrolment: enrolment('done') })).toEqual(WELCOME)
  })

  it('is left from every screen, and then knows nothing of the person', () => {
    const steps = ['consent', 'phone', 'phone_code', 'card', 'terms', 'palms', 'ready'] as const
    const anyScreen = [opened, ...steps.map((step) => advanced(step))].map((event) => run(opened, event))
    for (const state of [...anyScreen, run({ type: 'found', enrolment: enrolment('card') })]) {
      const left = nextKiosk(state, { type: 'leaving', why: 'no_thanks' })
      expect(left).toEqual({ at: 'goodbye', why: 'no_thanks' })
      // Answers that were on their way come too late.
      expect(nextKiosk(left, advanced('card'))).toBe(left)
      expect(nextKiosk(left, opened)).toBe(left)
    }
  })

  it('clears every screen after a while, but the welcome', () => {
    const anyEvent = fc.constantFrom<KioskEvent>(
      opened,
      { type: 'notice_read' },
      { type: 'working' },
      { type: 'other_phone' },
      advanced('phone'),
      advanced('phone_code'),
      advanced('palms'),
      advanced('done'),
      { type: 'failed', trouble: { code: 'internal' } },
      { type: 'leaving', why: 'no_thanks' },
      { type: 'leave' },
    )
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), (events) => {
        const state = events.reduce<KioskState>(nextKiosk, WELCOME)
        expect(patienceMs(state) === null).toBe(state.at === 'welcome')
        if (isStep(state)) expect(state.enrolment.id).toBe('enr_1')
      }),
    )
  })
})

describe('one hand', () => {
  const palms = (left: number, right: number) => ({
    L: { goodFrames: left, needed: 3 },
    R: { goodFrames: right, needed: 3 },
  })
  const at = (left: number, right: number): KioskEvent => ({
    type: 'advanced',
    enrolment: { ...enrolment('palms'), palms: palms(left, right) },
  })
  const only = (hand: 'L' | 'R' | null): KioskEvent => ({ type: 'only_hand', hand })

  it('goes on with the hand that can be shown', () => {
    const right = run(opened, at(0, 0), only('R'))
    expect(right).toMatchObject({ at: 'palms', onlyHand: 'R' })
    expect(isStep(right) && dueHand(right.enrolment, right.onlyHand)).toBe('R')
    const half = nextKiosk(right, at(0, 2))
    expect(half).toMatchObject({ at: 'palms', onlyHand: 'R' })
    expect(nextKiosk(half, at(0, 3))).toMatchObject({ at: 'finishing', onlyHand: 'R' })
  })

  it('is enough as soon as one palm has its pictures', () => {
    const half = run(opened, at(3, 1))
    expect(isStep(half) && doneHand(half.enrolment)).toBe('L')
    const finishing = nextKiosk(half, only('L'))
    expect(finishing).toMatchObject({ at: 'finishing', onlyHand: 'L' })
    expect(nextKiosk(finishing, advanced('done'))).toMatchObject({ at: 'done', onlyHand: 'L' })
  })

  it('is taken back, and both are asked for again', () => {
    const both = run(opened, at(0, 0), only('R'), only(null))
    expect(isStep(both) && dueHand(both.enrolment, both.onlyHand)).toBe('L')
    expect(isStep(both) && doneHand(both.enrolment)).toBeNull()
  })

  it('is asked at the palms only', () => {
    const phone = run(opened, advanced('phone'))
    expect(nextKiosk(phone, only('L'))).toBe(phone)
  })
})
