import type { TaxMode } from '@paume/contract'
import { useEffect, useState } from 'react'
import { Button, Dialog, Notice } from '../../design/controls.tsx'
import { Icon } from '../../design/icons.tsx'
import { useText } from '../../language/text.ts'
import type { Line } from '../basket.ts'
import type { Parked } from '../kept.ts'
import { taxOf } from '../tax.ts'
import { TroubleNotice } from '../trouble-notice.tsx'
import type { ParkedHandle } from '../use-parked.ts'

interface ParkedDialogProps {
  waiting: ParkedHandle
  currency: string
  taxMode: TaxMode
  onRecall: (parked: Parked) => void
  onDiscard: (parked: Parked) => Promise<Line[] | null>
  onRestore: (lines: Line[]) => void
  onClose: () => void
}

const totalOf = ({ lines }: Parked, taxMode: TaxMode) =>
  taxOf(
    lines.map((line) => ({ ...line, unitMinor: BigInt(line.unitMinor) })),
    taxMode,
  ).totalMinor

interface RowProps {
  parked: Parked
  amount: string
  busy: boolean
  onRecall: () => void
  onDiscard: () => void
}

function ParkedRow({ parked, amount, busy, onRecall, onDiscard }: RowProps) {
  const { t, time } = useText()
  const names = parked.lines.map(({ name, quantity }) => (quantity > 1 ? `${quantity} × ${name}` : name)).join(', ')
  const values = { time: time(parked.atMs), amount }
  return (
    <li className="parked-row">
      <button
        type="button"
        className="goods-row"
        disabled={busy}
        aria-label={`${t('till.recall', values)}: ${names}`}
        onClick={onRecall}
      >
        <span>{values.time}</span>
        <span className="goods-name soft">
          {names}
          {!parked.sent && <b className="small">{t('till.parked_unsent')}</b>}
        </span>
        <strong>{amount}</strong>
      </button>
      <button
        type="button"
        className="round-button"
        disabled={busy}
        aria-label={t('till.discard', values)}
        onClick={onDiscard}
      >
        <Icon name="cross" sizePx={20} />
      </button>
    </li>
  )
}

/** Baskets of the shop that wait, wherever they were parked. */
export function ParkedDialog(props: ParkedDialogProps) {
  const { waiting, currency, taxMode, onRecall, onDiscard, onRestore, onClose } = props
  const { t, money } = useText()
  const [thrown, setThrown] = useState<Line[] | null>(null)
  const { parked, stale, asked, trouble, refresh } = waiting
  useEffect(() => refresh(), [refresh])
  return (
    <Dialog title={t('till.parked_title')} onClose={onClose}>
      <TroubleNotice trouble={trouble} />
      {stale && (
        <Notice tone="warn">
          <p>{t('till.parked_stale')}</p>
        </Notice>
      )}
      {thrown && (
        <div className="row between" role="status">
          <p>{t('till.discarded')}</p>
          <Button
            icon="undo"
            onClick={() => {
              onRestore(thrown)
              setThrown(null)
            }}
          >
            {t('register.undo')}
          </Button>
        </div>
      )}
      <p className="soft small">{t(parked.length === 0 ? 'till.parked_empty' : 'till.parked_line')}</p>
      <ul className="dialog-list">
        {parked.map((each) => (
          <ParkedRow
            key={each.id}
            parked={each}
            amount={money(totalOf(each, taxMode), currency)}
            busy={asked !== null}
            onRecall={() => onRecall(each)}
            onDiscard={() => onDiscard(each).then(setThrown)}
          />
        ))}
      </ul>
    </Dialog>
  )
}
