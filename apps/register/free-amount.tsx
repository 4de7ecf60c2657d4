import { Button } from '../design/controls.tsx'
import { Keypad } from '../design/keypad.tsx'
import { useText } from '../language/text.ts'
import { eraseDigit, typeDigit } from './amount-entry.ts'

interface FreeAmountProps {
  typedMinor: bigint
  currency: string
  /** What the button does; gets the amount written out. */
  action: (amount: string) => string
  label: string
  maxMinor?: bigint
  keyboard: boolean
  onType: (typedMinor: bigint) => void
  onDone: () => void
}

/** An amount on number keys. */
export function FreeAmount(props: FreeAmountProps) {
  const { typedMinor, currency, action, label, maxMinor, keyboard, onType, onDone } = props
  const { money } = useText()
  const tooMuch = maxMinor !== undefined && typedMinor > maxMinor
  return (
    <div className="free stack">
      <p
        className="free-display"
        role="status"
        aria-label={`${label}: ${money(typedMinor, currency)}`}
        data-off={tooMuch}
      >
        {money(typedMinor, currency)}
      </p>
      <Keypad
        extra="00"
        keyboard={keyboard}
        onDigit={(digit) => onType(typeDigit(typedMinor, digit))}
        onErase={() => onType(eraseDigit(typedMinor))}
        onClear={() => onType(0n)}
      />
      <Button look="main" wide disabled={typedMinor === 0n || tooMuch} onClick={onDone}>
        {action(money(typedMinor, currency))}
      </Button>
    </div>
  )
}
