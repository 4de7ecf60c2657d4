import { CONSOLE_LANGUAGES } from '@paume/contract'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Icon } from '../../design/icons.tsx'
import { Mark } from '../../design/palm-figure.tsx'
import { type Theme, theme, usePreference } from '../../design/preferences.ts'
import { useToast } from '../parts/toast.tsx'
import { useApi } from './api.ts'
import { consoleLanguage, LANGUAGE_NAMES } from './language.ts'
import { Link } from './link.tsx'
import { useNewsState } from './news.ts'
import { useSaid } from './problem-text.ts'
import { useSession } from './session.tsx'
import { useFrameTexts } from './texts.ts'

const THEMES: readonly Theme[] = ['system', 'light', 'dark']

/** Language and appearance; of a person who is signed in the language is kept on the server too. */
export function LookChoices() {
  const { t, language } = useFrameTexts()
  const api = useApi()
  const look = usePreference(theme)
  const { state, enter } = useSession()
  const choose = (next: typeof language) => {
    consoleLanguage.set(next)
    if (state.at === 'signed_in' && state.self.id !== null)
      // What is shown has changed already; that it is remembered elsewhere too may fail.
      api.staff.change({ language: next }).then(enter, () => {})
  }
  return (
    <>
      <label className="menu-choice">
        <span>{t('language')}</span>
        <select className="input" value={language} onChange={(event) => choose(event.target.value as typeof language)}>
          {CONSOLE_LANGUAGES.map((each) => (
            <option key={each} value={each} lang={each}>
              {LANGUAGE_NAMES[each]}
            </option>
          ))}
        </select>
      </label>
      <label className="menu-choice">
        <span>{t('theme')}</span>
        <select className="input" value={look} onChange={(event) => theme.set(event.target.value as Theme)}>
          {THEMES.map((each) => (
            <option key={each} value={each}>
              {t(`theme_${each}`)}
            </option>
          ))}
        </select>
      </label>
    </>
  )
}

/** Whether what is shown follows what happens. */
function LiveSign() {
  const { t } = useFrameTexts()
  const state = useNewsState()
  return (
    <span className="live" data-state={state} title={t('live_hint')}>
      <span className="live-dot" aria-hidden="true" />
      <span>{t(`live_${state}`)}</span>
    </span>
  )
}

function AccountMenu() {
  const { t } = useFrameTexts()
  const { state, signOut } = useSession()
  const say = useToast()
  const said = useSaid()
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!open) return
    const away = (event: Event) => {
      if (event instanceof KeyboardEvent) {
        if (event.key !== 'Escape') return
        setOpen(false)
        button.current?.focus()
      } else if (!(event.target instanceof Node && box.current?.contains(event.target))) setOpen(false)
    }
    document.addEventListener('pointerdown', away)
    document.addEventListener('keydown', away)
    return () => {
      document.removeEventListener('pointerdown', away)
      document.removeEventListener('keydown', away)
    }
  }, [open])
  if (state.at !== 'signed_in') return null
  const { self } = state
  return (
    <div className="menu-box" ref={box}>
      <button
        ref={button}
        type="button"
        className="account-button"
        aria-expanded={open}
        aria-label={t('account', { name: self.name })}
        onClick={() => setOpen(!open)}
      >
        <Icon name="person" sizePx={20} />
        <span className="account-name">{self.name}</span>
      </button>
      {open && (
        <div className="menu menu-end">
          <p className="menu-head">
            <span className="strong">{self.name}</span>
            <span className="soft small">{self.organisation?.name ?? t('whole_installation')}</span>
          </p>
          <LookChoices />
          <Link to="/console/account" className="button button-plain" onClick={() => setOpen(false)}>
            {t('my_account')}
          </Link>
          <button
            type="button"
            className="button button-plain"
            onClick={() => signOut().catch((error: unknown) => say(said(error).sentence, 'bad'))}
          >
            <Icon name="leave" sizePx={18} />
            {t('sign_out')}
          </button>
        </div>
      )}
    </div>
  )
}

/** Mark, whose console this is, the search, what is live, the account. */
export function TopBar({ search }: { search: ReactNode }) {
  const { t } = useFrameTexts()
  const { state } = useSession()
  const place = state.at === 'signed_in' ? (state.self.organisation?.name ?? t('whole_installation')) : null
  return (
    <header className="console-bar no-print">
      <Link to="/console" className="console-mark" aria-label={`Paume ${t('console')}`}>
        <Mark />
        <span className="console-brand">Paume</span>
      </Link>
      {place && <span className="console-place soft">{place}</span>}
      <span className="bar-space" />
      {search}
      <LiveSign />
      <AccountMenu />
    </header>
  )
}
