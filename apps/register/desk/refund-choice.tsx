import { useState } from 'react'
import { Button, Notice } from '../../design/controls.tsx'
import { Icon } from '../../design/icons.tsx'
import { cardValues } from '../../language/brands.ts'
import { useText } from '../../language/text.ts'
import { parsePrice } from '../catalogue.ts'
import { taxOf } from '../tax.ts'
import { shareRefund } from '../tender.ts'
import type { FoundPart, FoundSale } from './found-sale.ts'

interface RefundChoiceProps {
  found: FoundSale
  busy: boolean
  onRefund: (found: FoundSale, shares: { id: string; amountMinor: bigint }[]) => void
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

  const back =
    ticket?.lines.flatMap((line, at) =>
      counts[at] ? [{ ...line, unitMinor: BigInt(line.unitMinor), quantity: counts[at] }] : [],
    ) ?? []
  const linesMinor = ticket ? taxOf(back, ticket.taxMode).totalMinor : 0n
  const wishMinor = typed.trim() === '' ? linesMinor : (parsePrice(typed, currency) ?? 0n)
  const shares = wishMinor > 0n ? shareRefund(parts, wishMinor) : []
  const whereOf = ({ kind, card }: FoundPart) =>
    card ? t('till.refund_where_card', cardValues(card)) : t(`till.kind_${kind}`)
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
      {ticket && (
        <ul className="dialog-list" aria-label={t('till.refund_lines')}>
          {ticket.lines.map(({ name: item, quantity, unitMinor }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of a kept ticket neither move nor change
            <li key={at} className="line">
              <span className="line-name">
                {item} <span className="soft small">{money(unitMinor, currency)}</span>
              </span>
              <span className="line-quantity">
                <button
                  type="button"
                  className="round-button"
                  disabled={counts[at] === 0}
                  aria-label={t('till.refund_fewer', { item })}
                  onClick={() => step(at, -1)}
                >
                  <Icon name="minus" sizePx={20} />
                </button>
                <b>{t('till.refund_of', { count: counts[at] ?? 0, all: quantity })}</b>
                <button
                  type="button"
                  className="round-button"
                  disabled={counts[at] === quantity}
                  aria-label={t('till.refund_more', { item })}
                  onClick={() => step(at, 1)}
                >
                  <Icon name="plus" sizePx={20} />
                </button>
              </span>
            </li>
          ))}
        </ul>
      )}
      <label className="form-field">
        <span className="label">{t('till.refund_other')}</span>
        <input
          className="field field-small"
          inputMode="decimal"
          autoComplete="off"
          maxLength={14}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      {shares === null ? (
        <Notice tone="warn" urgent>
          <p>{t('till.refund_too_much', { amount: money(leftMinor, currency) })}</p>
        </Notice>
      ) : (
        shares.length > 1 && (
          <p className="soft" role="status">
            {shares
              .map(({ id, amountMinor }) => {
                const part = parts.find((each) => each.id === id)!
                return t('till.refund_to', { amount: money(amountMinor, currency), where: whereOf(part) })
              })
              .join(' · ')}
          </p>
        )
      )}
      <div className="row">
        <Button
          look="main"
          disabled={busy || !shares?.length}
          onClick={() => {
            if (shares?.length) onRefund(found, shares)
          }}
        >
          {t('till.refund_now', { amount: money(wishMinor, currency) })}
        </Button>
        <Button look="bad" disabled={busy} onClick={() => onRefund(found, shareRefund(parts, leftMinor) ?? [])}>
          {t('till.refund_all', { amount: money(leftMinor, currency) })}
        </Button>
      </div>
    </div>
  )
}
