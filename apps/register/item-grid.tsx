import { type KeyboardEvent, useRef, useState } from 'react'
import { useText } from '../language/text.ts'
import { ItemPicture } from './item-pictures.tsx'
import { ITEMS, type ItemId, itemKey } from './items.ts'

/** Where an arrow key leads in a grid of `columns`; the same place when there is nothing. */
export function gridMove(key: string, at: number, columns: number, count: number): number {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[key]
  const to = step === undefined ? at : at + step
  return to >= 0 && to < count ? to : at
}

interface ItemGridProps {
  currency: string
  onAdd: (item: ItemId) => void
}

/** The goods. One stop for the Tab key; arrows move within. */
export function ItemGrid({ currency, onAdd }: ItemGridProps) {
  const { t, money } = useText()
  const [at, setAt] = useState(0)
  const grid = useRef<HTMLUListElement>(null)

  const move = (event: KeyboardEvent) => {
    const buttons = grid.current?.querySelectorAll('button')
    if (!grid.current || !buttons) return
    const columns = getComputedStyle(grid.current).gridTemplateColumns.split(' ').length
    const to = gridMove(event.key, at, columns, ITEMS.length)
    if (to === at) return
    event.preventDefault()
    setAt(to)
    buttons[to]?.focus()
  }

  return (
    <ul ref={grid} className="items" aria-label={t('register.items')} onKeyDown={move}>
      {ITEMS.map(({ id, priceMinor }, index) => (
        <li key={id}>
          <button
            type="button"
            className="item"
            tabIndex={index === at ? 0 : -1}
            aria-label={t('register.add', { item: t(itemKey(id)), price: money(priceMinor, currency) })}
            onFocus={() => setAt(index)}
            onClick={() => onAdd(id)}
          >
            <ItemPicture item={id} />
            <span className="item-name">{t(itemKey(id))}</span>
            <span className="item-price">{money(priceMinor, currency)}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
