import type { TaxMode } from '@paume/contract'
import { Dialog } from '../../design/controls.tsx'
import { Icon } from '../../design/icons.tsx'
import { useText } from '../../language/text.ts'
import { linesFromJson } from '../basket.ts'
import type { Parked } from '../kept.ts'
import { taxOf } from '../tax.ts'

interface ParkedDialogProps {
  parked: Parked[]
  currency: string
  taxMode: TaxMode
  onRecall: (parked: Parked) => void
  onDiscard: (parked: Parked) => void
  onClose: () => void
}

/** Baskets that wait on this register. */
export function ParkedDialog({ parked, currency, taxMode, onRecall, onDiscard, onClose }: ParkedDialogProps) {
  const { t, money, time } = useText()
  return (
    <Dialog title={t('till.parked_title')} onClose={onClose}>
      {parked.length === 0 ? (
        <p className="soft">{t('till.parked_empty')}</p>
      ) : (
        <p className="soft small">{t('till.parked_line')}</p>
      )}
      <ul className="dialog-list">
        {parked.map((each) => {
          const lines = linesFromJson(each.lines)
          const amount = money(taxOf(lines, taxMode).totalMinor, currency)
          const names = lines.map(({ name, quantity }) => (quantity > 1 ? `${quantity} × ${name}` : name)).join(', ')
          const values = { time: time(each.atMs), amount }
          return (
            <li key={each.id} className="parked-row">
              <button
                type="button"
                className="goods-row"
                aria-label={`${t('till.recall', values)}: ${names}`}
                onClick={() => onRecall(each)}
              >
                <span>{values.time}</span>
                <span className="goods-name soft">{names}</span>
                <strong>{amount}</strong>
              </button>
              <button
                type="button"
                className="round-button"
                aria-label={t('till.discard', values)}
                onClick={() => onDiscard(each)}
              >
                <Icon name="cross" sizePx={20} />
              </button>
            </li>
          )
        })}
      </ul>
    </Dialog>
  )
}
