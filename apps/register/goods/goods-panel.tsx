import type { CatalogueItem } from '@paume/contract'
import { type RefObject, useState } from 'react'
import { Notice } from '../../design/controls.tsx'
import { Icon } from '../../design/icons.tsx'
import { useText } from '../../language/text.ts'
import { search } from '../catalogue.ts'
import { ItemGrid } from '../item-grid.tsx'
import type { CatalogueHandle } from '../use-catalogue.ts'

interface GoodsPanelProps {
  goods: CatalogueHandle
  currency: string
  field: RefObject<HTMLInputElement | null>
  onAdd: (item: CatalogueItem) => void
  onCode: (code: string) => void
}

/** What can be sold: a field that finds, and the grid. A code typed or scanned into the field counts as scanned. */
export function GoodsPanel({ goods, currency, field, onAdd, onCode }: GoodsPanelProps) {
  const { t, language } = useText()
  const [words, setWords] = useState('')
  const { catalogue, stale } = goods
  const found = catalogue ? search(catalogue, words, language) : []

  const take = () => {
    if (!catalogue || words.trim() === '') return
    const code = words.replace(/\s/g, '')
    if (/^\d{8,14}$/.test(code)) onCode(code)
    else if (found[0]) onAdd(found[0])
    else return
    setWords('')
  }

  return (
    <>
      <label className="search">
        <Icon name="search" />
        <span className="unseen">{t('till.search')}</span>
        <input
          ref={field}
          type="search"
          value={words}
          placeholder={t('till.search')}
          autoComplete="off"
          onChange={(event) => setWords(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') take()
            else if (event.key === 'Escape') setWords('')
            else return
            event.preventDefault()
            event.stopPropagation()
          }}
        />
      </label>
      {stale && (
        <Notice tone="warn">
          <p>{t(catalogue ? 'till.catalogue_stale' : 'till.catalogue_missing')}</p>
        </Notice>
      )}
      {!catalogue && !stale && <p className="soft">{t('page.loading')}</p>}
      {catalogue?.items.length === 0 && <p className="soft">{t('till.catalogue_empty')}</p>}
      {catalogue && catalogue.items.length > 0 && found.length === 0 && (
        <p className="soft" role="status">
          {t('till.no_match', { words })}
        </p>
      )}
      {found.length > 0 && <ItemGrid items={found} currency={currency} onAdd={onAdd} />}
    </>
  )
}
