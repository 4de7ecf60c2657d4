import { type DeviceApi, NetworkFailure } from '@paume/client'
import { type FormEvent, useRef, useState } from 'react'
import { Button, Dialog, Notice } from '../../design/controls.tsx'
import { cardValues } from '../../language/brands.ts'
import { sentenceKey, type Trouble, troubleOf, wayKey } from '../../language/problem-text.ts'
import { useText } from '../../language/text.ts'
import { type FoundPart, type FoundSale, findSale, giveBack } from './found-sale.ts'
import { RefundChoice } from './refund-choice.tsx'

interface RefundDialogProps {
  api: DeviceApi
  report: (error: unknown) => boolean
  onClose: () => void
}
type Share = { part: FoundPart; amountMinor: bigint }

/** What was chosen is chosen anew once less is left. */
const leftOf = ({ parts }: FoundSale) => parts.reduce((sum, { leftMinor }) => sum + leftMinor, 0n)

/** Gives back by the number on paper: all of it, some lines, or an amount. */
export function RefundDialog({ api, report, onClose }: RefundDialogProps) {
  const { t, money } = useText()
  const [number, setNumber] = useState('')
  const [found, setFound] = useState<FoundSale | null | 'none'>(null)
  const [given, setGiven] = useState<Share[]>([])
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  // One key for one wish: pressed again after a lost reply, it is the same refund.
  const attempt = useRef<{ what: string; key: string } | null>(null)

  const run = async (work: () => Promise<void>) => {
    setBusy(true)
    setTrouble(null)
    try {
      await work()
      attempt.current = null
    } catch (error) {
      if (!(error instanceof NetworkFailure)) attempt.current = null
      if (!report(error)) setTrouble(troubleOf(error))
    } finally {
      setBusy(false)
    }
  }
  const find = (event: FormEvent) => {
    event.preventDefault()
    setGiven([])
    run(async () => setFound((await findSale(api, number)) ?? 'none'))
  }
  const refund = (sale: FoundSale, shares: { id: string; amountMinor: bigint }[]) => {
    const what = shares.map(({ id, amountMinor }) => `${id} ${amountMinor}`).join()
    if (attempt.current?.what !== what) attempt.current = { what, key: crypto.randomUUID() }
    const { key } = attempt.current
    run(async () => {
      await giveBack(api, sale, shares, key)
      setGiven(
        shares.flatMap(({ id, amountMinor }) => {
          const part = sale.parts.find((each) => each.id === id)
          return part ? [{ part, amountMinor }] : []
        }),
      )
      setFound(await findSale(api, sale.reference))
    })
  }
  const sale = found === 'none' ? null : found

  return (
    <Dialog title={t('till.refund_title')} onClose={onClose}>
      <form className="find" onSubmit={find}>
        <label className="form-field">
          <span className="label">{t('till.refund_number')}</span>
          <input
            className="field field-small"
            value={number}
            maxLength={80}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setNumber(event.target.value)}
          />
        </label>
        <Button look={sale ? 'plain' : 'main'} type="submit" icon="search" disabled={busy || number.trim() === ''}>
          {t('till.refund_find')}
        </Button>
      </form>
      {found === null && <p className="soft small">{t('till.refund_help')}</p>}
      {found === 'none' && (
        <Notice tone="warn" urgent>
          <p>{t('till.refund_none')}</p>
        </Notice>
      )}
      {trouble && (
        <Notice tone="bad" urgent>
          <p>{t(sentenceKey(trouble))}</p>
          <p>{t(wayKey(trouble))}</p>
        </Notice>
      )}
      {given.length > 0 && sale && (
        <Notice tone="good" urgent>
          {given.map(({ part, amountMinor }) => {
            const amount = money(amountMinor, sale.currency)
            return (
              <p key={part.id}>
                {part.kind === 'palm'
                  ? `${t('till.refund_done', { amount })}${part.card ? ` · ${t('register.paid_by', cardValues(part.card))}` : ''}`
                  : t('till.refund_hand', { amount, kind: t(`till.kind_${part.kind}`) })}
              </p>
            )
          })}
        </Notice>
      )}
      {sale && <RefundChoice key={`${sale.reference} ${leftOf(sale)}`} found={sale} busy={busy} onRefund={refund} />}
    </Dialog>
  )
}
