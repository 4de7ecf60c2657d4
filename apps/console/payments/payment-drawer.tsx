import type { PaymentDetail } from '@paume/contract'
import { useState } from 'react'
import { useApi, useFormat, useLoad, useSelf } from '../frame/index.ts'
import { Button, ConfirmDialog, CopyField, Drawer, Facts, Loaded, Panel, useToast } from '../parts/index.ts'
import { RefundDialog } from './refund-dialog.tsx'
import { StateOfPayment } from './state-of-payment.tsx'
import { usePaymentTexts } from './texts.ts'

interface PaymentDrawerProps {
  id: string
  onClose(): void
  onChanged(): void
}

/** One payment: what happened, what the books hold, and what can still be done. */
export function PaymentDrawer({ id, onClose, onChanged }: PaymentDrawerProps) {
  const { t } = usePaymentTexts()
  const api = useApi()
  const load = useLoad(`payment ${id}`, (signal) => api.payments.one(id, { signal }), { live: ['payment'] })
  const changed = () => {
    load.reload()
    onChanged()
  }
  return (
    <Drawer title={t('one')} onClose={onClose} wide>
      <Loaded load={load} lines={8}>
        {(one) => (
          <div className="stack">
            <Summary detail={one} />
            <Actions detail={one} onChanged={changed} />
            <Steps detail={one} />
          </div>
        )}
      </Loaded>
    </Drawer>
  )
}

function Summary({ detail: { payment, receiptNumber, refundableMinor } }: { detail: PaymentDetail }) {
  const { t } = usePaymentTexts()
  const { dateTime, money } = useFormat()
  const sum = (minor: number) => money(minor, payment.currency)
  return (
    <>
      <CopyField label={t('one')} value={payment.id} />
      <Facts
        rows={[
          [t('state'), <StateOfPayment key="state" state={payment.state} />],
          [t('created'), dateTime(payment.createdAt)],
          [t('amount'), sum(payment.totalMinor)],
          [t('tip'), payment.tipMinor === 0 ? null : sum(payment.tipMinor)],
          [t('captured'), sum(payment.capturedMinor)],
          [t('refunded'), sum(payment.refundedMinor)],
          [t('left'), sum(refundableMinor)],
          [t('card'), payment.card ? `${payment.card.brand} ${payment.card.last4}` : null],
          [t('shop'), payment.shop.name],
          [t('reference'), payment.reference],
          [t('receipt'), receiptNumber],
          [t('disputed'), payment.disputes?.length ? t('yes') : null],
          [t('reported'), payment.report ? t('yes') : null],
        ]}
      />
    </>
  )
}

function Actions({ detail, onChanged }: { detail: PaymentDetail; onChanged(): void }) {
  const { t } = usePaymentTexts()
  const api = useApi()
  const say = useToast()
  const { may } = useSelf()
  const [asking, setAsking] = useState<'refund' | 'cancel' | null>(null)
  if (!may('payments.refund')) return null
  const close = () => setAsking(null)
  return (
    <div className="row">
      {detail.refundableMinor > 0 && (
        <Button look="main" onClick={() => setAsking('refund')}>
          {t('refund_do')}
        </Button>
      )}
      {detail.cancellable && (
        <Button look="bad" onClick={() => setAsking('cancel')}>
          {t('cancel_do')}
        </Button>
      )}
      {asking === 'refund' && <RefundDialog detail={detail} onClose={close} onDone={onChanged} />}
      {asking === 'cancel' && (
        <ConfirmDialog
          title={t('cancel_do')}
          action={t('cancel_do')}
          danger
          onConfirm={async () => {
            await api.payments.cancel(detail.payment.id)
            say(t('cancel_done'))
            onChanged()
          }}
          onClose={close}
        >
          <p>{t('cancel_line')}</p>
        </ConfirmDialog>
      )}
    </div>
  )
}

function Steps({ detail: { payment, operations } }: { detail: PaymentDetail }) {
  const { t } = usePaymentTexts()
  const { dateTime, money } = useFormat()
  return (
    <Panel title={t('steps')}>
      {operations.length === 0 ? (
        <p className="soft">{t('none')}</p>
      ) : (
        <ol>
          {operations.map(({ id, kind, state, amountMinor, note, createdAt }) => (
            <li key={id}>
              <span className="strong">
                {t(kind)} {money(amountMinor, payment.currency)}
              </span>{' '}
              · {t(`step_${state}`)} · <time dateTime={createdAt}>{dateTime(createdAt)}</time>
              {note !== null && <span className="soft"> · {note}</span>}
            </li>
          ))}
        </ol>
      )}
    </Panel>
  )
}
