import { useState } from 'react'
import { Button, Notice } from '../../design/controls.tsx'
import { Icon } from '../../design/icons.tsx'
import { cardValues } from '../../language/brands.ts'
import { useText } from '../../language/text.ts'
import { parsePrice } from '../catalogue.ts'
import type { FoundPart, FoundSale } from './found-sale.ts'
import { allBack, costOfPieces, type GiveBack, piecesLeft, someBack } from './give-back.ts'

interface LinesProps {
  found: FoundSale
  counts: readonly number[]
  onStep: (at: number, by: 1 | -1) => void
}

/** The lines of the ticket, each with the pieces that can still come back. */
function Lines({ found, counts, onStep }: LinesProps) {
  const { t, money } = useText()
  const left = piecesLeft(found)
  return (
    <ul className="dialog-list" aria-label={t('till.refund_lines')}>
      {found.ticket?.lines.map(({ name: item, quantity, unitMinor }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a kept ticket neither move nor change
        <li key={at} className="line">
          <span className="line-name">
            {item} <span className="soft small">{money(unitMinor, found.currency)}</span>
            {left[at]! < quantity && (
              <span className="soft small line-back">{t('till.refund_before', { count: quantity - left[at]! })}</span>
            )}
          </span>
          {left[at]! > 0 && (
            <span className="line-quantity">
              <button
                type="button"
                className="round-button"
                disabled={counts[at] === 0}
                aria-label={t('till.refund_fewer', { item })}
                onClick={() => onStep(at, -1)}
              >
                <Icon name="minus" sizePx={20} />
              </button>
              <b>{t('till.refund_of', { count: counts[at] ?? 0, all: left[at]! })}</b>
              <button
                type="button"
                className="round-button"
                disabled={counts[at] === left[at]}
                aria-label={t('till.refund_more', { item })}
                onClick={() => onStep(at, 1)}
              >
                <Icon name="plus" sizePx={20} />
              </button>
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}

/** To whom how much goes, before it is done. */
function Shares({ found, shares }: { found: FoundSale; shares: GiveBack['shares'] }) {
  const { t, money } = useText()
  const whereOf = ({ kind, card }: FoundPart) =>
    card ? t('till.refund_where_card', cardValues(card)) : t(`till.kind_${kind}`)
  if (shares.length === 0) return null
  return (
    <p className="soft" role="status">
      {shares
        .map(({ id, amountMinor }) => {
          const part = found.parts.find((each) => each.id === id)!
          return t('till.refund_to', { amount: money(amountMinor, found.currency), where: whereOf(part) })
        })
        .join(' · ')}
    </p>
  )
}

interface RefundChoiceProps {
  found: FoundSale
  busy: boolean
  onRefund: (found: FoundSale, wish: GiveBack) => void
}

/** What comes back: single lines of the ticket, or an amount, or all; and to whom it goes, shown before it is done. */
export function RefundChoice({ found, busy, onRefund }: RefundChoiceProps) {
  const { t, money } = useText()
  const { ticket, parts, currency } = found
  const [counts, setCounts] = useState<readonly number[]>(() => ticket?.lines.map(() => 0) ?? [])
  const [typed, setTyped] = useState('')
  const leftMinor = parts.reduce((sum, part) => sum + part.leftMinor, 0n)
  if (leftMinor === 0n)
    return (
      <Notice tone="plain">
        <p>{t('till.refund_nothing')}</p>
      </Notice>
    )

  const typedMinor = typed.trim() === '' ? null : (parsePrice(typed, currency) ?? 0n)
  const wishMinor = typedMinor ?? costOfPieces(found, counts)
  const wish = someBack(found, typedMinor === null ? counts : [], wishMinor)
  const step = (at: number, by: 1 | -1) => {
    setTyped('')
    setCounts(counts.map((count, index) => (index === at ? count + by : count)))
  }
  return (
    <div className="stack">
      <p>
        <strong>{t('register.reference', { reference: found.reference })}</strong> · {money(found.totalMinor, currency)}{' '}
        · {t('register.refund_left', { amount: money(leftMinor, currency) })}
      </p>
      {ticket && <Lines {...{ found, counts }} onStep={step} />}
      <label className="form-field">
        <span className="label">{t('till.refund_other')}</span>
        <input
          className="field field-small"
          inputMode="decimal"
          autoComplete="off"
          maxLength={14}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            setCounts(counts.map(() => 0))
          }}
        />
        {typedMinor === 0n && (
          <span className="field-wrong small" role="alert">
            {t('till.bad_price')}
          </span>
        )}
      </label>
      {wish === null ? (
        <Notice tone="warn" urgent>
          <p>{t('till.refund_too_much', { amount: money(leftMinor, currency) })}</p>
        </Notice>
      ) : (
        <Shares found={found} shares={wish.shares} />
      )}
      <div className="row">
        <Button
          look="main"
          disabled={busy || !wish?.shares.length}
          onClick={() => {
            if (wish?.shares.length) onRefund(found, wish)
          }}
        >
          {t('till.refund_now', { amount: money(wishMinor, currency) })}
        </Button>
        <Button look="bad" disabled={busy} onClick={() => onRefund(found, allBack(found))}>
          {t('till.refund_all', { amount: money(leftMinor, currency) })}
        </Button>
      </div>
    </div>
  )
}
