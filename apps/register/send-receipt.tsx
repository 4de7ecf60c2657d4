import type { DeviceApi } from '@paume/client'
import type { ReceiptDelivery } from '@paume/contract'
import { type FormEvent, useState } from 'react'
import { Button, Dialog, Notice } from '../design/controls.tsx'
import { useText } from '../language/text.ts'
import { TroubleNotice } from './trouble-notice.tsx'
import { useReceiptDelivery } from './use-receipt-delivery.ts'

const WAYS = ['mail', 'phone', 'shopper_phone'] as const
type Way = (typeof WAYS)[number]

/** How each way's field is filled in; the shopper's own phone needs none. */
const FIELDS = {
  mail: { type: 'email', inputMode: 'email', maxLength: 254 },
  phone: { type: 'tel', inputMode: 'tel', maxLength: 40 },
} as const

const TONES = { queued: 'plain', sent: 'good', refused: 'bad', given_up: 'warn' } as const

interface SendReceiptProps {
  api: DeviceApi
  paymentId: string
  onClose: () => void
}

/** Sends the receipt where the shopper says. What was typed is forgotten with the dialog. */
export function SendReceipt({ api, paymentId, onClose }: SendReceiptProps) {
  const { t } = useText()
  const { state, send, another } = useReceiptDelivery(api, paymentId)
  return (
    <Dialog title={t('receipt.send_title')} onClose={onClose}>
      {state.kind === 'under_way' ? (
        <>
          <Outcome delivery={state.delivery} />
          <div className="row">
            <Button look="main" onClick={onClose}>
              {t('page.close')}
            </Button>
            <Button onClick={another}>{t('receipt.another')}</Button>
          </div>
        </>
      ) : (
        <>
          {state.kind === 'ready' && <TroubleNotice trouble={state.trouble} />}
          <WayForm busy={state.kind === 'asking'} onSend={send} />
        </>
      )}
    </Dialog>
  )
}

function Outcome({ delivery: { state } }: { delivery: ReceiptDelivery }) {
  const { t } = useText()
  return (
    <div role="status">
      <Notice tone={TONES[state]}>
        <p>{t(`receipt.${state}`)}</p>
      </Notice>
    </div>
  )
}

interface WayFormProps {
  busy: boolean
  onSend: (to: Parameters<ReturnType<typeof useReceiptDelivery>['send']>[0]) => void
}

function WayForm({ busy, onSend }: WayFormProps) {
  const { t } = useText()
  const [way, setWay] = useState<Way>('mail')
  const [typed, setTyped] = useState({ mail: '', phone: '' })
  const ready = way === 'shopper_phone' || typed[way].trim() !== ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!ready || busy) return
    if (way === 'mail') onSend({ kind: 'mail', address: typed.mail })
    else if (way === 'phone') onSend({ kind: 'phone', number: typed.phone })
    else onSend({ kind: 'shopper_phone' })
  }
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <fieldset className="choice row">
        <legend className="label">{t('receipt.to')}</legend>
        {WAYS.map((each) => (
          <Button
            key={each}
            look={each === way ? 'main' : 'plain'}
            aria-pressed={each === way}
            disabled={busy}
            onClick={() => setWay(each)}
          >
            {t(`receipt.to_${each}`)}
          </Button>
        ))}
      </fieldset>
      {way === 'shopper_phone' ? (
        <p className="soft">{t('receipt.own_line')}</p>
      ) : (
        <label>
          <span className="label">{t(`receipt.${way}`)}</span>
          <input
            key={way}
            className="field"
            autoComplete="off"
            spellCheck={false}
            {...FIELDS[way]}
            disabled={busy}
            value={typed[way]}
            onChange={({ target }) => setTyped({ ...typed, [way]: target.value })}
          />
          <span className="small soft">{t('receipt.once_line')}</span>
        </label>
      )}
      <Button type="submit" look="main" wide icon="mail" disabled={!ready || busy}>
        {busy ? t('receipt.sending') : t('receipt.go')}
      </Button>
    </form>
  )
}
