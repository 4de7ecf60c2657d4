import type { CatalogueItem } from '@paume/contract'
import { type KeyboardEvent, useRef, useState } from 'react'
import { useText } from '../language/text.ts'
import { nameOf } from './catalogue.ts'
import { ItemPicture } from './item-pictures.tsx'

/** Where an arrow key leads in a grid of `columns`; the same place when there is nothing. */
export function gridMove(key: string, at: number, columns: number, count: number): number {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[key]
  const to = step === undefined ? at : at + step
  return to >= 0 && to < count ? to : at
}

interface ItemGridProps {
  items: readonly CatalogueItem[]
  currency: string
  onAdd: (item: CatalogueItem) => void
}

/** The goods. One stop for the Tab key; arrows move within. */
export function ItemGrid({ items, currency, onAdd }: ItemGridProps) {
  const { t, money, language } = useText()
  const [place, setPlace] = useState(0)
  const grid = useRef<HTMLUListElement>(null)
  const at = Math.min(place, Math.max(0, items.length - 1))

  const move = (event: KeyboardEvent) => {
    const buttons = grid.current?.querySelectorAll('button')
    if (!grid.current || !buttons) return
    const columns = getComputedStyle(grid.current).gridTemplateColumns.split(' ').length
    const to = gridMove(event.key, at, columns, items.length)
    if (to === at) return
    event.preventDefault()
    setPlace(to)
    buttons[to]?.focus()
  }

  return (
    <ul ref={grid} className="items" aria-label={t('register.items')} onKeyDown={move}>
      {items.map((item, index) => (
        <li key={item.id}>
          <button
            type="button"
            className="item"
            tabIndex={index === at ? 0 : -1}
            aria-label={t('register.add', { item: nameOf(item, language), price: money(item.priceMinor, currency) })}
            onFocus={() => setPlace(index)}
            onClick={() => onAdd(item)}
          >
            <ItemPicture name={item.picture} />
            <span className="item-name">{nameOf(item, language)}</span>
            <span className="item-price">{money(item.priceMinor, currency)}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
