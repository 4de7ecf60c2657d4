import type { ReactNode } from 'react'
import { Keypad } from '../design/keypad.tsx'

/** Longest number of E.164 with its plus sign. */
const LONGEST_PHONE = 16
/** Shorter than this nobody's number is. */
export const SHORTEST_PHONE = 5
export const CODE_LENGTH = 6

/** What was typed as a phone number: digits, and a plus sign in front only. */
export function phoneOf(typed: string): string {
  const digits = typed.replace(/\D/g, '')
  return (typed.trimStart().startsWith('+') ? `+${digits}` : digits).slice(0, LONGEST_PHONE)
}
export const codeOf = (typed: string): string => typed.replace(/\D/g, '').slice(0, CODE_LENGTH)

interface NumberEntryProps {
  kind: 'phone' | 'code'
  title: string
  label: string
  value: string
  invalid: boolean
  onValue: (value: string) => void
  /** Between title and field. */
  children: ReactNode
  /** Under the field. */
  below?: ReactNode
}

/** A phone number or a code, on the keys of the screen or of a keyboard. Nothing is kept by the browser. */
export function NumberEntry({ kind, title, label, value, invalid, onValue, children, below }: NumberEntryProps) {
  const read = kind === 'phone' ? phoneOf : codeOf
  return (
    <div className="entry">
      <div className="stack">
        <h1>{title}</h1>
        {children}
        <label>
          <span className="label">{label}</span>
          <input
            className={kind === 'code' ? 'field code-field' : 'field'}
            type={kind === 'phone' ? 'tel' : 'text'}
            inputMode="none"
            autoComplete="off"
            value={value}
            aria-invalid={invalid}
            onChange={(event) => onValue(read(event.target.value))}
          />
        </label>
        {below}
      </div>
      <Keypad
        extra={kind === 'phone' ? '+' : undefined}
        onDigit={(digit) => onValue(read(value + digit))}
        onErase={() => onValue(value.slice(0, -1))}
        onClear={() => onValue('')}
      />
    </div>
  )
}
