import { useText } from '../language/text.ts'
import { Icon } from './icons.tsx'
import { useKeydown } from './use-keydown.ts'

interface KeypadProps {
  onDigit: (digit: string) => void
  onErase: () => void
  onClear: () => void
  /** Shown instead of “clear”, e.g. `00` for money or `+` for phones. */
  extra?: string
  /** Also take the digits of a real keyboard. Off where a text field has the focus. */
  keyboard?: boolean
}

/** Number keys for a screen without a keyboard; a keyboard works as well. */
export function Keypad({ onDigit, onErase, onClear, extra, keyboard = true }: KeypadProps) {
  const { t } = useText()
  useKeydown((event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return
    if (/^[0-9]$/.test(event.key) || (extra === '+' && event.key === '+')) onDigit(event.key)
    else if (event.key === 'Backspace') onErase()
    else if (event.key === 'Delete') onClear()
    else return
    event.preventDefault()
  }, keyboard)

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a legend and a border that no keypad has
    <div className="keypad" role="group" aria-label={t('keypad.label')}>
      {['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((digit) => (
        <button key={digit} type="button" className="key" onClick={() => onDigit(digit)}>
          {digit}
        </button>
      ))}
      {extra ? (
        <button type="button" className="key key-side" onClick={() => onDigit(extra)}>
          {extra}
        </button>
      ) : (
        <button type="button" className="key key-side" onClick={onClear}>
          {t('keypad.clear')}
        </button>
      )}
      <button type="button" className="key" onClick={() => onDigit('0')}>
        0
      </button>
      <button type="button" className="key key-side" aria-label={t('keypad.erase')} onClick={onErase}>
        <Icon name="erase" sizePx={28} />
      </button>
    </div>
  )
}
