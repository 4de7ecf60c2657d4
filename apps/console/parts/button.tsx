import type { AnchorHTMLAttributes, ButtonHTMLAttributes, Ref } from 'react'
import { Icon, type IconName } from '../../design/icons.tsx'
import { Link } from '../frame/link.tsx'

export type ButtonLook = 'main' | 'plain' | 'quiet' | 'bad'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: ButtonLook
  icon?: IconName
  /** Something is under way: the button waits and says so. */
  busy?: boolean
  ref?: Ref<HTMLButtonElement>
}

export function Button({
  look = 'plain',
  icon,
  busy = false,
  className = '',
  children,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      className={`button button-${look} ${className}`}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {busy ? <span className="spinner" aria-hidden="true" /> : icon && <Icon name={icon} sizePx={18} />}
      {children}
    </button>
  )
}

interface ButtonLinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  to: string
  look?: ButtonLook
  icon?: IconName
}

/** A link of the console that looks like a button. */
export function ButtonLink({ look = 'plain', icon, className = '', children, ...rest }: ButtonLinkProps) {
  return (
    <Link className={`button button-${look} ${className}`} {...rest}>
      {icon && <Icon name={icon} sizePx={18} />}
      {children}
    </Link>
  )
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: IconName
  /** What it does: read out, and shown when the pointer rests on it. */
  label: string
  ref?: Ref<HTMLButtonElement>
}

export function IconButton({ icon, label, className = '', ...rest }: IconButtonProps) {
  return (
    <button type="button" className={`icon-button ${className}`} aria-label={label} title={label} {...rest}>
      <Icon name={icon} sizePx={20} />
    </button>
  )
}
