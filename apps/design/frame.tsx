import { LANGUAGES } from '@paume/contract'
import { type ReactNode, useEffect, useRef } from 'react'
import { language, useText } from '../language/text.ts'
import { Icon } from './icons.tsx'
import { Mark } from './palm-figure.tsx'
import { sound, type Theme, theme, usePreference } from './preferences.ts'

const NEXT_THEME: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' }
const THEME_ICONS = { system: 'auto', light: 'sun', dark: 'moon' } as const
const THEME_NAMES = { system: 'page.theme_system', light: 'page.theme_light', dark: 'page.theme_dark' } as const

function Settings({ withSound }: { withSound: boolean }) {
  const { t, language: now } = useText()
  const look = usePreference(theme)
  const heard = usePreference(sound) === 'on'
  const next = LANGUAGES[(LANGUAGES.indexOf(now) + 1) % LANGUAGES.length]!
  return (
    <nav className="settings no-print" aria-label={t('page.settings')}>
      <button
        type="button"
        className="setting"
        lang={next}
        aria-label={`${next.toUpperCase()}: ${t('page.language_switch')}`}
        onClick={() => language.set(next)}
      >
        {next.toUpperCase()}
      </button>
      <button
        type="button"
        className="setting"
        aria-label={t('page.theme', { now: t(THEME_NAMES[look]) })}
        title={t('page.theme', { now: t(THEME_NAMES[look]) })}
        onClick={() => theme.set(NEXT_THEME[look])}
      >
        <Icon name={THEME_ICONS[look]} />
      </button>
      {withSound && (
        <button
          type="button"
          className="setting"
          aria-label={t(heard ? 'page.sound_on' : 'page.sound_off')}
          title={t(heard ? 'page.sound_on' : 'page.sound_off')}
          onClick={() => sound.set(heard ? 'off' : 'on')}
        >
          <Icon name={heard ? 'speaker' : 'muted'} />
        </button>
      )}
    </nav>
  )
}

interface FrameProps {
  /** Name of the page for the title bar of the window. */
  title: string
  sandbox: boolean
  /** Shop and device, beside the mark. */
  place?: string
  withSound?: boolean
  children: ReactNode
}

/** What surrounds every page: sandbox band, mark, place, settings. */
export function Frame({ title, sandbox, place, withSound = true, children }: FrameProps) {
  const { t } = useText()
  useEffect(() => {
    document.title = title.startsWith('Paume') ? title : `${title} · Paume`
  }, [title])
  return (
    <>
      {sandbox && (
        <aside className="sandbox-band no-print" aria-label={t('page.sandbox')}>
          <strong>{t('page.sandbox')}</strong>
          <span>{t('page.sandbox_line')}</span>
        </aside>
      )}
      <header className="topbar no-print">
        <div className="brand">
          <Mark />
          <span className="brand-name">Paume</span>
          {place && <span className="brand-place">{place}</span>}
        </div>
        <Settings withSound={withSound} />
      </header>
      {children}
    </>
  )
}

interface ScreenProps {
  /** Changes with every step: focus then moves to the heading, so that a screen reader starts there. */
  name: string
  middle?: boolean
  className?: string
  children: ReactNode
}

/** The screen before this one. Of the page, not of a component: each screen is a component of its own. */
let lastScreen: string | null = null

/** The main part of a page. On a change of `name` the focus goes to its first heading. */
export function Screen({ name, middle = false, className = '', children }: ScreenProps) {
  const main = useRef<HTMLElement>(null)
  useEffect(() => {
    if (lastScreen !== null && lastScreen !== name) {
      const heading = main.current?.querySelector<HTMLElement>('h1') ?? main.current
      heading?.setAttribute('tabindex', '-1')
      heading?.focus({ preventScroll: true })
      window.scrollTo(0, 0)
    }
    lastScreen = name
  }, [name])
  return (
    <main ref={main} className={`page ${middle ? 'page-middle' : ''} ${className}`} data-screen={name} tabIndex={-1}>
      {children}
    </main>
  )
}
