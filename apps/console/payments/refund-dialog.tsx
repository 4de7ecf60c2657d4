import type { PaymentDetail } from '@paume/contract'
import { useRef, useState } from 'react'
import { decimalOf } from '../../language/money.ts'
import { useApi, useFormat } from '../frame/index.ts'
import { Button, Dialog, Failed, TextField, useSubmit, useToast } from '../parts/index.ts'
import { usePaymentTexts } from './texts.ts'

interface RefundDialogProps {
  detail: PaymentDetail
  onClose(): void
  onDone(): void
}

/** What somebody typed as minor units; null: no amount of this currency. Text is taken apart: no floating point. */
function minorTyped(typed: string, currency: string): number | null {
  const digits = decimalOf(0n, currency).split('.')[1]?.length ?? 0
  const found = /^(\d{1,9})(?:[.,](\d+))?$/.exec(typed.trim())
  if (found === null || (found[2] ?? '').length > digits) return null
  return Number(`${found[1]}${(found[2] ?? '').padEnd(digits, '0')}`)
}

/** How much is given back and why. */
export function RefundDialog({ detail: { payment, refundableMinor }, onClose, onDone }: RefundDialogProps) {
  const { t } = usePaymentTexts()
  const { money } = useFormat()
  const api = useApi()
  const say = useToast()
  const { currency } = payment
  const [typed, setTyped] = useState<string>(decimalOf(BigInt(refundableMinor), currency))
  const [reason, setReason] = useState('')
  const amountMinor = minorTyped(typed, currency)
  const fits = amountMinor !== null && amountMinor > 0 && amountMinor <= refundableMinor
  // Sent again it moves nothing a second time; another amount or reason is another refund, with a key of its own.
  const sent = useRef({ what: '', key: '' })
  const left = money(refundableMinor, currency)
  const { submit, busy, error, errors } = useSubmit(async () => {
    if (!fits) return
    const what = `${amountMinor} ${reason.trim()}`
    if (sent.current.what !== what) sent.current = { what, key: crypto.randomUUID() }
    await api.payments.refund(payment.id, { amountMinor, reason: reason.trim() }, sent.current.key)
    say(t('refund_done', { amount: money(amountMinor, currency) }))
    onDone()
    onClose()
  })
  return (
    <Dialog title={t('refund_do')} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <p>{t('refund_line', { left })}</p>
        <TextField
          label={t('refund_amount', { currency })}
          inputMode="decimal"
          value={typed}
          onChange={setTyped}
          required
          error={fits ? errors.amountMinor : t('refund_wrong', { left })}
        />
        <TextField
          label={t('reason')}
          value={reason}
          onChange={setReason}
          maxLength={200}
          required
          error={errors.reason}
        />
        {error !== null && <Failed error={error} small />}
        <Button type="submit" look="main" busy={busy} disabled={!fits || reason.trim() === ''}>
          {fits ? t('refund_button', { amount: money(amountMinor, currency) }) : t('refund_do')}
        </Button>
      </form>
    </Dialog>
  )
}
