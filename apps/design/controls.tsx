import { type ButtonHTMLAttributes, type ReactNode, useEffect, useRef } from 'react'
import { useText } from '../language/text.ts'
import { Icon, type IconName } from './icons.tsx'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: 'main' | 'plain' | 'quiet' | 'bad'
  large?: boolean
  wide?: boolean
  icon?: IconName
}

export function Button({ look = 'plain', large, wide, icon, className = '', children, ...rest }: ButtonProps) {
  const classes = ['button', `button-${look}`, large && 'button-large', wide && 'button-wide', className]
  return (
    <button type="button" className={classes.filter(Boolean).join(' ')} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  )
}

interface NoticeProps {
  tone: 'plain' | 'good' | 'warn' | 'bad'
  children: ReactNode
  /** Said at once by screen readers. */
  urgent?: boolean
}

const NOTICE_ICONS = { plain: 'info', good: 'check', warn: 'alert', bad: 'alert' } as const

/** A message with a tone; the tone is never told by colour alone. */
export function Notice({ tone, children, urgent = false }: NoticeProps) {
  return (
    <div className={`notice notice-${tone}`} role={urgent ? 'alert' : undefined}>
      <Icon name={NOTICE_ICONS[tone]} />
      <div>{children}</div>
    </div>
  )
}

/** A modal question on the browser's own dialog: focus is kept inside, Escape answers `onClose`. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const { t } = useText()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const shown = dialog.current
    if (shown && !shown.open) shown.showModal()
    return () => shown?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <div className="stack">
        <div className="dialog-head">
          <h2>{title}</h2>
          <button type="button" className="round-button" aria-label={t('page.close')} onClick={onClose}>
            <Icon name="cross" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  )
}

interface StepperProps {
  names: string[]
  /** 0-based. */
  at: number
  label: string
}

export function Stepper({ names, at, label }: StepperProps) {
  return (
    <div className="stepper-box">
      <ol className="stepper" aria-hidden="true">
        {names.map((name, index) => (
          <li key={name} data-done={index < at} aria-current={index === at ? 'step' : undefined} />
        ))}
      </ol>
      <p className="small soft">{label}</p>
    </div>
  )
}

interface RingProps {
  /** What is left, 0…1. */
  share: number
  sizePx: number
  label: string
  children?: ReactNode
}

const RING_RADIUS = 44

/** A ring that empties. Turns ember below a fifth; the number inside says the same. */
export function Ring({ share, sizePx, label, children }: RingProps) {
  const round = 2 * Math.PI * RING_RADIUS
  return (
    <div className="ring-box" role="img" aria-label={label}>
      <svg className="ring" width={sizePx} height={sizePx} viewBox="0 0 100 100" aria-hidden="true">
        <circle className="ring-track" cx="50" cy="50" r={RING_RADIUS} fill="none" strokeWidth="9" />
        <circle
          className="ring-value"
          data-low={share < 0.2}
          cx="50"
          cy="50"
          r={RING_RADIUS}
          fill="none"
          strokeWidth="9"
          strokeDasharray={round}
          strokeDashoffset={round * (1 - Math.max(0, Math.min(1, share)))}
          transform="rotate(-90 50 50)"
        />
        <text x="50" y="60" textAnchor="middle" fontSize="30" fontWeight="650" fill="currentColor">
          {children}
        </text>
      </svg>
    </div>
  )
}
