import { openPublic, openShopper } from '@paume/client'
import { type ReactNode, useReducer, useState } from 'react'
import { Button, Notice } from '../../design/controls.tsx'
import { Screen } from '../../design/frame.tsx'
import { useEnter } from '../../design/use-enter.ts'
import { cardValues } from '../../language/brands.ts'
import { sentenceKey, troubleOf, wayKey } from '../../language/problem-text.ts'
import { useText } from '../../language/text.ts'
import { CODE_LENGTH, NumberEntry, SHORTEST_PHONE } from '../number-entry.tsx'
import { StillThere, TimeLeft } from '../step-frame.tsx'
import type { Patience } from '../use-patience.ts'
import { ErasedScreen } from './erased-screen.tsx'
import { ERASE_START, type EraseState, nextErase } from './state.ts'

interface EraseScreensProps {
  patience: Patience
  onLeave: () => void
}

/** Deleting a registration, step by step. Leaving it forgets everything that was typed. */
export function EraseScreens({ patience, onLeave }: EraseScreensProps) {
  const { t } = useText()
  const [state, show] = useReducer(nextErase, ERASE_START)
  const [typed, setTyped] = useState('')
  const baseUrl = location.origin

  const run = async (work: () => Promise<void>) => {
    show({ type: 'working' })
    try {
      await work()
      setTyped('')
    } catch (error) {
      show({ type: 'failed', trouble: troubleOf(error) })
    }
  }
  const send = () =>
    run(async () => show({ type: 'sent', started: await openPublic({ baseUrl }).shopperSignIn.start(typed) }))
  const signIn = ({ started }: EraseState & { at: 'code' }) =>
    run(async () => {
      const session = await openPublic({ baseUrl }).shopperSignIn.confirm(started.sessionId, typed)
      show({ type: 'signed_in', session, self: await openShopper(session, { baseUrl }).me() })
    })
  const erase = ({ session }: EraseState & { at: 'confirm' }) =>
    run(async () => show({ type: 'erased', receipt: await openShopper(session, { baseUrl }).erase() }))

  const frame = { state, patience, onLeave }
  switch (state.at) {
    case 'phone':
      return (
        <EraseFrame {...frame} action={t('kiosk.phone_send')} ready={typed.length >= SHORTEST_PHONE} onAction={send}>
          <NumberEntry
            kind="phone"
            title={t('erase.title')}
            label={t('kiosk.phone_label')}
            value={typed}
            invalid={state.trouble?.code === 'phone_invalid'}
            onValue={setTyped}
          >
            <p>{t('erase.phone_line')}</p>
          </NumberEntry>
        </EraseFrame>
      )
    case 'code':
      return (
        <EraseFrame
          {...frame}
          action={t('kiosk.code_check')}
          ready={typed.length === CODE_LENGTH}
          onAction={() => signIn(state)}
        >
          <NumberEntry
            kind="code"
            title={t('kiosk.code_title')}
            label={t('kiosk.code_label')}
            value={typed}
            invalid={state.trouble?.code === 'phone_code_wrong'}
            onValue={setTyped}
          >
            <p>{t('erase.code_line')}</p>
            {state.started.sandboxPhoneCode && (
              <Notice tone="plain">
                <p>{t('kiosk.code_sandbox', { code: state.started.sandboxPhoneCode })}</p>
              </Notice>
            )}
          </NumberEntry>
        </EraseFrame>
      )
    case 'confirm':
      return (
        <EraseFrame {...frame} action={t('erase.yes')} ready onAction={() => erase(state)}>
          <div className="stack">
            <h1>{t('erase.confirm_title')}</h1>
            <p>{t('erase.confirm_line')}</p>
            <ul className="card stack">
              <li>{t('erase.palms', { count: state.self.palms.length })}</li>
              {state.self.cards.map((card) => (
                <li key={card.id}>{t('erase.card', cardValues(card))}</li>
              ))}
            </ul>
          </div>
        </EraseFrame>
      )
    case 'erased':
      return <ErasedScreen receipt={state.receipt} patience={patience} onLeave={onLeave} />
  }
}

interface EraseFrameProps extends EraseScreensProps {
  state: EraseState
  action: string
  ready: boolean
  onAction: () => void
  children: ReactNode
}

function EraseFrame({ state, patience, onLeave, action, ready, onAction, children }: EraseFrameProps) {
  const { t } = useText()
  const { trouble, busy } = state
  const usable = ready && !busy
  useEnter(() => {
    // Deleting is never one key too many: there the button itself must be pressed.
    if (usable && state.at !== 'confirm') onAction()
  })
  return (
    <Screen name={`erase-${state.at}`} className="kiosk">
      <div className="kiosk-top kiosk-top-end">
        <TimeLeft patience={patience} />
      </div>
      <div className="kiosk-body stack-l">
        {trouble && (
          <Notice tone="bad" urgent>
            <p>{t(trouble.code === 'shopper_unknown' ? 'erase.nobody' : sentenceKey(trouble))}</p>
            <p>{t(wayKey(trouble))}</p>
          </Notice>
        )}
        {children}
      </div>
      <div className="kiosk-foot">
        <Button large onClick={onLeave}>
          {t(state.at === 'confirm' ? 'erase.keep' : 'page.cancel')}
        </Button>
        <Button look={state.at === 'confirm' ? 'bad' : 'main'} large disabled={!usable} onClick={onAction}>
          {action}
        </Button>
      </div>
      <StillThere patience={patience} onTimedOut={onLeave} />
    </Screen>
  )
}
