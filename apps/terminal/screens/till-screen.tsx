import type { TillScreen, TillScreenAnswer } from '@paume/contract'
import { useState } from 'react'
import { Button } from '../../design/controls.tsx'
import { Screen } from '../../design/frame.tsx'
import { Keypad } from '../../design/keypad.tsx'
import { QrCode } from '../../design/qr-code.tsx'
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
      {qrText !== undefined && <QrCode text={qrText} label={t('terminal.qr')} />}
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
