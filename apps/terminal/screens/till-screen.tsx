import type { TillScreen, TillScreenAnswer } from '@paume/contract'
import { useMemo, useState } from 'react'
import { encode } from 'uqr'
import { Button } from '../../design/controls.tsx'
import { Screen } from '../../design/frame.tsx'
import { Keypad } from '../../design/keypad.tsx'
import { useText } from '../../language/text.ts'

interface TillScreenViewProps {
  screen: TillScreen
  /** Who asks: the shop. */
  shopName: string
  onAnswer: (answer: TillScreenAnswer) => void
}

/** Text, a QR code or a question of the till. Always says that it is the shop's, so that nobody takes it for a payment. */
export function TillScreenView({ screen, shopName, onAnswer }: TillScreenViewProps) {
  const { t } = useText()
  const { title, lines, qrText, ask } = screen.content
  return (
    <Screen name="till-screen" middle className="till-screen">
      <p className="chip">{t('terminal.from_shop', { shop: shopName })}</p>
      <h1>{title === '' ? t('terminal.from_shop', { shop: shopName }) : title}</h1>
      {qrText !== undefined && <QrCode text={qrText} />}
      {lines.length > 0 && <p className="till-lines">{lines.join('\n')}</p>}
      {ask?.kind === 'confirmation' && (
        <div className="till-answers">
          <Button large onClick={() => onAnswer({ kind: 'confirmed', yes: false })}>
            {ask.no === '' ? t('terminal.answer_no') : ask.no}
          </Button>
          <Button large look="main" onClick={() => onAnswer({ kind: 'confirmed', yes: true })}>
            {ask.yes === '' ? t('terminal.answer_yes') : ask.yes}
          </Button>
        </div>
      )}
      {ask?.kind === 'digits' && (
        // A new question begins empty.
        <Digits key={screen.id} {...ask} onDone={(digits) => onAnswer({ kind: 'digits', digits })} />
      )}
      {ask !== undefined && (
        <Button look="quiet" onClick={() => onAnswer({ kind: 'cancelled' })}>
          {t('terminal.answer_cancel')}
        </Button>
      )}
    </Screen>
  )
}

interface DigitsProps {
  minLength: number
  maxLength: number
  masked: boolean
  onDone: (digits: string) => void
}

function Digits({ minLength, maxLength, masked, onDone }: DigitsProps) {
  const { t } = useText()
  const [digits, setDigits] = useState('')
  return (
    <>
      <p className="soft">{t('terminal.no_card_digits')}</p>
      <output className="till-digits">{masked ? '•'.repeat(digits.length) : digits}</output>
      <Keypad
        onDigit={(digit) => setDigits((now) => (now.length < maxLength ? now + digit : now))}
        onErase={() => setDigits((now) => now.slice(0, -1))}
        onClear={() => setDigits('')}
      />
      <Button large look="main" disabled={digits.length < minLength} onClick={() => onDone(digits)}>
        {t('terminal.answer_done')}
      </Button>
    </>
  )
}

/** Dark on white whatever the colours of the page are: scanners want it so. */
function QrCode({ text }: { text: string }) {
  const { t } = useText()
  const { size, path } = useMemo(() => {
    const { data, size } = encode(text, { ecc: 'M', border: 4 })
    const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
    return { size, path }
  }, [text])
  return (
    <svg className="till-qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t('terminal.qr')}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
