import { useState } from 'react'
import { Button, Notice } from '../../design/controls.tsx'
import { useEnter } from '../../design/use-enter.ts'
import { useText } from '../../language/text.ts'
import { CODE_LENGTH, NumberEntry, SHORTEST_PHONE } from '../number-entry.tsx'
import { StepFrame } from '../step-frame.tsx'
import type { StepProps } from './step-props.ts'

export function PhoneScreen({ flow, frame, actions }: StepProps) {
  const { t } = useText()
  const [phone, setPhone] = useState('')
  const ready = phone.length >= SHORTEST_PHONE && !flow.busy
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
      <NumberEntry
        kind="phone"
        title={t('kiosk.phone_title')}
        label={t('kiosk.phone_label')}
        value={phone}
        invalid={frame.trouble?.code === 'phone_invalid'}
        onValue={setPhone}
      >
        <p>{t('kiosk.phone_line')}</p>
      </NumberEntry>
    </StepFrame>
  )
}

export function PhoneCodeScreen({ flow, frame, actions }: StepProps) {
  const { t } = useText()
  const [code, setCode] = useState('')
  const { phoneHint, sandboxPhoneCode } = flow.enrolment
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
      <NumberEntry
        kind="code"
        title={t('kiosk.code_title')}
        label={t('kiosk.code_label')}
        value={code}
        invalid={frame.trouble?.code === 'phone_code_wrong'}
        onValue={setCode}
        below={
          <div className="row">
            <Button look="quiet" onClick={actions.otherPhone}>
              {t('kiosk.code_other_phone')}
            </Button>
          </div>
        }
      >
        {phoneHint && <p>{t('kiosk.code_line', { hint: phoneHint.replace('…', '') })}</p>}
        {sandboxPhoneCode && (
          <Notice tone="plain">
            <p>{t('kiosk.code_sandbox', { code: sandboxPhoneCode })}</p>
          </Notice>
        )}
      </NumberEntry>
    </StepFrame>
  )
}
