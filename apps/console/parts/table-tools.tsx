import { MOST_COUNTED } from '@paume/contract'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { Params } from '../frame/search-params.ts'
import { useFrameTexts } from '../frame/texts.ts'
import type { List } from '../frame/use-list.ts'
import { Button } from './button.tsx'
import type { Column } from './data-table-props.ts'
import type { TableLook } from './use-table-look.ts'

interface TableToolsProps<Row, F extends Params> {
  list: List<Row, F>
  columns: readonly Column<Row>[]
  look: TableLook<Row>
  tools: ReactNode
}

/** Above a table: how many rows, their order on a phone, columns and height, export. */
export function TableTools<Row, F extends Params>({ list, columns, look, tools }: TableToolsProps<Row, F>) {
  const { t } = useFrameTexts()
  const total = list.page.data?.total
  const sortable = columns.filter((column) => column.sort !== undefined)
  return (
    <div className="table-tools no-print">
      <p className="soft" role="status">
        {total === undefined
          ? t('loading')
          : total >= MOST_COUNTED
            ? t('rows_more', { count: total })
            : t('rows', { count: total })}
      </p>
      {sortable.length > 0 && (
        <label className="card-order">
          <span className="unseen">{t('sort')}</span>
          <select className="input" value={list.sort} onChange={(event) => list.sortBy(event.target.value)}>
            {sortable.flatMap(({ sort, title }) => [
              <option key={sort} value={sort}>
                {t('sort_up', { name: title })}
              </option>,
              <option key={`-${sort}`} value={`-${sort}`}>
                {t('sort_down', { name: title })}
              </option>,
            ])}
          </select>
        </label>
      )}
      <LookMenu columns={columns} look={look} />
      {tools}
    </div>
  )
}

function LookMenu<Row>({ columns, look }: { columns: readonly Column<Row>[]; look: TableLook<Row> }) {
  const { t } = useFrameTexts()
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!open) return
    const away = (event: Event) => {
      const inside = event.target instanceof Node && box.current?.contains(event.target)
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !inside) setOpen(false)
    }
    document.addEventListener('pointerdown', away)
    document.addEventListener('keydown', away)
    return () => {
      document.removeEventListener('pointerdown', away)
      document.removeEventListener('keydown', away)
    }
  }, [open])
  return (
    <div className="menu-box look-menu" ref={box}>
      <Button icon="columns" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t('columns')}
      </Button>
      {open && (
        <div className="menu">
          <fieldset>
            <legend>{t('columns')}</legend>
            {columns.slice(1).map(({ key, title }) => (
              <label key={key} className="menu-item">
                <input
                  type="checkbox"
                  checked={look.shown(key)}
                  onChange={(event) => look.show(key, event.target.checked)}
                />
                {title}
              </label>
            ))}
          </fieldset>
          <fieldset>
            <legend>{t('density')}</legend>
            {(['airy', 'dense'] as const).map((density) => (
              <label key={density} className="menu-item">
                <input
                  type="radio"
                  name="density"
                  checked={look.density === density}
                  onChange={() => look.setDensity(density)}
                />
                {t(`density_${density}`)}
              </label>
            ))}
          </fieldset>
        </div>
      )}
    </div>
  )
}

/** Below a table: the way to the page before and the next. */
export function TableFoot<Row, F extends Params>({ list }: { list: List<Row, F> }) {
  const { t } = useFrameTexts()
  if (list.next === null && list.previous === null) return null
  return (
    <nav className="table-foot no-print" aria-label={t('navigation')}>
      <Button icon="back" disabled={list.previous === null} onClick={() => list.previous?.()}>
        {t('page_previous')}
      </Button>
      <Button disabled={list.next === null} onClick={() => list.next?.()}>
        {t('page_next')}
      </Button>
    </nav>
  )
}
