import { useState } from 'react'
import { Button, Notice } from '../../design/controls.tsx'
import { Keypad } from '../../design/keypad.tsx'
import { useEnter } from '../../design/use-enter.ts'
import { useText } from '../../language/text.ts'
import { StepFrame } from '../step-frame.tsx'
import type { StepProps } from './step-props.ts'

/** Longest number of E.164 with its plus sign. */
const LONGEST = 16
/** Shorter than this nobody's number is. */
const SHORTEST = 5
const CODE_LENGTH = 6

const phoneOf = (typed: string) => {
  const digits = typed.replace(/\D/g, '')
  return (typed.trimStart().startsWith('+') ? `+${digits}` : digits).slice(0, LONGEST)
}

export function PhoneScreen({ flow, frame, actions }: StepProps) {
  const { t } = useText()
  const [phone, setPhone] = useState('')
  const ready = phone.length >= SHORTEST && !flow.busy
  const send = () => {
    if (ready) actions.sendPhone(phone)
  }
  useEnter(send)
  return (
    <StepFrame
      {...frame}
      screen="phone"
      action={
        <Button look="main" large disabled={!ready} onClick={send}>
          {t('kiosk.phone_send')}
        </Button>
      }
    >
      <div className="entry">
        <div className="stack">
          <h1>{t('kiosk.phone_title')}</h1>
          <p>{t('kiosk.phone_line')}</p>
          <label>
            <span className="label">{t('kiosk.phone_label')}</span>
            <input
              className="field"
              type="tel"
              inputMode="none"
              autoComplete="off"
              value={phone}
              aria-invalid={frame.trouble?.code === 'phone_invalid'}
              onChange={(event) => setPhone(phoneOf(event.target.value))}
            />
          </label>
        </div>
        <Keypad
          extra="+"
          onDigit={(digit) => setPhone((before) => phoneOf(before + digit))}
          onErase={() => setPhone((before) => before.slice(0, -1))}
          onClear={() => setPhone('')}
        />
      </div>
    </StepFrame>
  )
}

export function PhoneCodeScreen({ flow, frame, actions }: StepProps) {
  const { t } = useText()
  const [code, setCode] = useState('')
  const { phoneHint, sandboxPhoneCode } = flow.enrolment
  const type = (typed: string) => setCode(typed.replace(/\D/g, '').slice(0, CODE_LENGTH))
  const ready = code.length === CODE_LENGTH && !flow.busy
  const check = () => {
    if (ready) actions.sendCode(code)
  }
  useEnter(check)
  return (
    <StepFrame
      {...frame}
      screen="phone_code"
      action={
        <Button look="main" large disabled={!ready} onClick={check}>
          {t('kiosk.code_check')}
        </Button>
      }
    >
      <div className="entry">
        <div className="stack">
          <h1>{t('kiosk.code_title')}</h1>
          {phoneHint && <p>{t('kiosk.code_line', { hint: phoneHint.replace('…', '') })}</p>}
          {sandboxPhoneCode && (
            <Notice tone="plain">
              <p>{t('kiosk.code_sandbox', { code: sandboxPhoneCode })}</p>
            </Notice>
          )}
          <label>
            <span className="label">{t('kiosk.code_label')}</span>
            <input
              className="field code-field"
              inputMode="none"
              autoComplete="off"
              value={code}
              aria-invalid={frame.trouble?.code === 'phone_code_wrong'}
              onChange={(event) => type(event.target.value)}
            />
          </label>
          <div className="row">
            <Button look="quiet" onClick={actions.otherPhone}>
              {t('kiosk.code_other_phone')}
            </Button>
          </div>
        </div>
        <Keypad
          onDigit={(digit) => type(code + digit)}
          onErase={() => setCode((before) => before.slice(0, -1))}
          onClear={() => setCode('')}
        />
      </div>
    </StepFrame>
  )
}
