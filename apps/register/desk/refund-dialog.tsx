import { type DeviceApi, isPaumeError } from '@paume/client'
import { type FormEvent, useState } from 'react'
import { Button, Dialog, Notice } from '../../design/controls.tsx'
import { cardValues } from '../../language/brands.ts'
import { useText } from '../../language/text.ts'
import { TroubleNotice } from '../trouble-notice.tsx'
import { useWish } from '../use-wish.ts'
import { type FoundPart, type FoundSale, findSale } from './found-sale.ts'
import { type GiveBack, giveBack } from './give-back.ts'
import { RefundByHover } from './refund-by-hover.tsx'
import { RefundChoice } from './refund-choice.tsx'

interface RefundDialogProps {
  api: DeviceApi
  /** The terminal of this register, when it has one. */
  terminalId: string | undefined
  report: (error: unknown) => boolean
  onClose: () => void
}
type Share = { part: FoundPart; amountMinor: bigint }

/** What was chosen is chosen anew once less is left. */
const leftOf = ({ parts, ticket }: FoundSale) =>
  [...parts.map(({ leftMinor }) => leftMinor), ...(ticket?.returned ?? [])].join(' ')

/** What went, and what is to be handed over by hand. */
function Given({ shares, currency }: { shares: Share[]; currency: string }) {
  const { t, money } = useText()
  return (
    <Notice tone="good" urgent>
      {shares.map(({ part, amountMinor }) => {
        const amount = money(amountMinor, currency)
        return (
          <p key={part.id}>
            {part.kind === 'palm'
              ? `${t('till.refund_done', { amount })}${part.card ? ` · ${t('register.paid_by', cardValues(part.card))}` : ''}`
              : t('till.refund_hand', { amount, kind: t(`till.kind_${part.kind}`) })}
          </p>
        )
      })}
    </Notice>
  )
}

interface FindFormProps {
  number: string
  busy: boolean
  /** Nothing is found yet: finding is the main thing to do. */
  first: boolean
  onNumber: (number: string) => void
  onFind: () => void
}

function FindForm({ number, busy, first, onNumber, onFind }: FindFormProps) {
  const { t } = useText()
  const find = (event: FormEvent) => {
    event.preventDefault()
    onFind()
  }
  return (
    <form className="find" onSubmit={find}>
      <label className="form-field">
        <span className="label">{t('till.refund_number')}</span>
        <input
          className="field field-small"
          value={number}
          maxLength={80}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onNumber(event.target.value)}
        />
      </label>
      <Button look={first ? 'main' : 'plain'} type="submit" icon="search" disabled={busy || number.trim() === ''}>
        {t('till.refund_find')}
      </Button>
    </form>
  )
}

/** What was found by a number, and what was given back of it. */
function useRefund(api: DeviceApi, report: (error: unknown) => boolean) {
  const [found, setFound] = useState<FoundSale | null | 'none'>(null)
  const [given, setGiven] = useState<Share[]>([])
  // Two keys: looking a sale up again does not end a wish whose answer was lost.
  const search = useWish(report)
  const { busy, trouble, run } = useWish(report)

  const find = (wanted: string) => {
    setGiven([])
    search.run(`find ${wanted}`, async () => setFound((await findSale(api, wanted)) ?? 'none'))
  }
  const refund = (sale: FoundSale, wish: GiveBack) =>
    run(
      JSON.stringify([sale.reference, wish.lines, ...wish.shares.map(({ id, amountMinor }) => [id, `${amountMinor}`])]),
      async (key) => {
        try {
          const went = await giveBack(api, sale, wish, key)
          setGiven(
            went.flatMap(({ id, amountMinor }) => {
              const part = sale.parts.find((each) => each.id === id)
              return part ? [{ part, amountMinor }] : []
            }),
          )
        } catch (error) {
          // Another register was quicker: what is left is shown with the refusal.
          if (isPaumeError(error, 'line_returned')) setFound((await findSale(api, sale.reference)) ?? 'none')
          throw error
        }
        setFound(await findSale(api, sale.reference))
      },
    )
  return { found, given, find, refund, busy: busy || search.busy, trouble: trouble ?? search.trouble }
}

/** Gives back by the number on paper: all of it, some lines, or an amount. */
export function RefundDialog({ api, terminalId, report, onClose }: RefundDialogProps) {
  const { t } = useText()
  const [number, setNumber] = useState('')
  const { found, given, find, refund, busy, trouble } = useRefund(api, report)
  const sale = found === 'none' ? null : found

  return (
    <Dialog title={t('till.refund_title')} onClose={onClose}>
      <FindForm {...{ number, busy, first: sale === null }} onNumber={setNumber} onFind={() => find(number)} />
      {found === null && !busy && <p className="soft small">{t('till.refund_help')}</p>}
      {busy && (
        <p className="soft" role="status">
          {t('page.loading')}
        </p>
      )}
      {found === 'none' && (
        <Notice tone="warn" urgent>
          <p>{t('till.refund_none')}</p>
        </Notice>
      )}
      {terminalId !== undefined && sale === null && (
        <RefundByHover
          {...{ api, report, terminalId }}
          onPick={(receiptNumber) => {
            setNumber(receiptNumber)
            find(receiptNumber)
          }}
        />
      )}
      <TroubleNotice trouble={trouble} />
      {given.length > 0 && sale && <Given shares={given} currency={sale.currency} />}
      {sale && <RefundChoice key={`${sale.reference} ${leftOf(sale)}`} found={sale} busy={busy} onRefund={refund} />}
    </Dialog>
  )
}
