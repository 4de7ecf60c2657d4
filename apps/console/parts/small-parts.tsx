import { type ReactNode, useState } from 'react'
import { Icon, type IconName } from '../../design/icons.tsx'
import { Link } from '../frame/link.tsx'
import { useFrameTexts } from '../frame/texts.ts'
import { IconButton } from './button.tsx'
import { useToast } from './toast.tsx'

export type Tone = 'good' | 'warn' | 'bad' | 'plain' | 'accent'

const SIGNS: Record<Tone, string> = { good: '●', warn: '▲', bad: '■', plain: '○', accent: '◆' }

/** A state in a word. The sign before it says the tone to those who see no colours. */
export function StatePill({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className="pill" data-tone={tone}>
      <span aria-hidden="true">{SIGNS[tone]}</span>
      {children}
    </span>
  )
}

interface StatProps {
  label: string
  value: ReactNode
  /** Below: what it is compared with, or how it is counted. */
  detail?: ReactNode
  tone?: Tone
  /** Where its rows are listed. */
  to?: string
  loading?: boolean
}

/** One figure that matters. */
export function Stat({ label, value, detail, tone = 'plain', to, loading = false }: StatProps) {
  const inside = (
    <>
      <span className="stat-label">{label}</span>
      <span className="stat-value">{loading ? <span className="skeleton" /> : value}</span>
      {detail && <span className="stat-detail">{detail}</span>}
    </>
  )
  return to ? (
    <Link to={to} className="stat" data-tone={tone}>
      {inside}
    </Link>
  ) : (
    <div className="stat" data-tone={tone}>
      {inside}
    </div>
  )
}

/** Tiles side by side, as many as fit. */
export const Stats = ({ children }: { children: ReactNode }) => <div className="stats">{children}</div>

interface PanelProps {
  title?: string
  /** Buttons or a link at its right. */
  actions?: ReactNode
  children: ReactNode
  className?: string
}

/** A part of a page with a heading of its own. */
export function Panel({ title, actions, children, className = '' }: PanelProps) {
  return (
    <section className={`panel ${className}`} aria-label={title}>
      {(title || actions) && (
        <header className="panel-head">
          {title && <h2>{title}</h2>}
          {actions}
        </header>
      )}
      {children}
    </section>
  )
}

/** Names and values of one thing. Rows whose value is null are left out. */
export function Facts({ rows }: { rows: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="facts">
      {rows
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}

interface EmptyStateProps {
  title: string
  line?: ReactNode
  icon?: IconName
  /** A way on: a button or a link. */
  children?: ReactNode
}

/** Nothing to show, said kindly, with a picture and a way on. */
export function EmptyState({ title, line, icon = 'leaf', children }: EmptyStateProps) {
  return (
    <div className="empty">
      <div className="empty-picture" aria-hidden="true">
        <svg viewBox="0 0 160 100" width="160" height="100" aria-hidden="true">
          <path className="empty-ground" d="M14 84c22-9 44-12 66-12s44 3 66 12" />
          <circle className="empty-disc" cx="80" cy="44" r="32" />
        </svg>
        <Icon name={icon} sizePx={34} />
      </div>
      <p className="strong">{title}</p>
      {line && <p className="soft">{line}</p>}
      {children && <div className="row">{children}</div>}
    </div>
  )
}

/** An identifier, key or link to take along. `shown`: what is seen instead of all of it. */
export function CopyField({ value, label, shown }: { value: string; label: string; shown?: string }) {
  const { t } = useFrameTexts()
  const say = useToast()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value)
      setCopied(true)
      say(t('copied'))
      setTimeout(() => setCopied(false), 2_000)
    } catch {
      // Without the right to the clipboard the text is there to be marked by hand.
    }
  }
  return (
    <span className="copy-field">
      <code>{shown ?? value}</code>
      <IconButton icon={copied ? 'check' : 'copy'} label={`${t('copy')}: ${label}`} onClick={copy} />
    </span>
  )
}

/** Work that takes long. `all` null: nobody knows how long. */
export function Progress({ label, done, all }: { label: string; done: number; all: number | null }) {
  const { t } = useFrameTexts()
  return (
    <div className="progress">
      <div className="progress-head">
        <span>{label}</span>
        {all !== null && <span className="soft">{t('progress', { done, all })}</span>}
      </div>
      <progress aria-label={label} value={all === null ? undefined : done} max={all ?? undefined} />
    </div>
  )
}

/** Words with a tone, inside a page. */
export function Note({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <div className="note" data-tone={tone}>
      <Icon name={tone === 'good' ? 'check' : tone === 'plain' || tone === 'accent' ? 'info' : 'alert'} sizePx={20} />
      <div>{children}</div>
    </div>
  )
}
