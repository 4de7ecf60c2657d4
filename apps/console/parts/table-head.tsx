import { useEffect, useRef } from 'react'
import type { Params } from '../frame/search-params.ts'
import { useFrameTexts } from '../frame/texts.ts'
import type { List } from '../frame/use-list.ts'
import type { Column } from './data-table.tsx'

interface TableHeadProps<Row, F extends Params> {
  list: List<Row, F>
  columns: readonly Column<Row>[]
  rows: readonly Row[] | null
  rowKey(row: Row): string
  ticks: boolean
}

/** A column sorts up at first, then down, then up again. */
export const nextOrder = (now: string, column: string): string => (now === column ? `-${column}` : column)

export function TableHead<Row, F extends Params>({ list, columns, rows, rowKey, ticks }: TableHeadProps<Row, F>) {
  const { t } = useFrameTexts()
  return (
    <thead>
      <tr>
        {ticks && (
          <th scope="col" className="tick">
            <TickAll
              label={t('select_all')}
              ids={rows?.map(rowKey) ?? []}
              selected={list.selected}
              onChange={list.select}
            />
          </th>
        )}
        {columns.map((column) => (
          <th key={column.key} scope="col" data-align={column.align} aria-sort={orderOf(list.sort, column.sort)}>
            {column.sort === undefined ? (
              column.title
            ) : (
              <button
                type="button"
                className="sorter"
                title={t('sort_by', { name: column.title })}
                onClick={() => list.sortBy(nextOrder(list.sort, column.sort!))}
              >
                {column.title}
                <span className="sort-sign" aria-hidden="true">
                  {list.sort === column.sort ? '↑' : list.sort === `-${column.sort}` ? '↓' : '↕'}
                </span>
              </button>
            )}
          </th>
        ))}
      </tr>
    </thead>
  )
}

function orderOf(now: string, column: string | undefined): 'ascending' | 'descending' | undefined {
  if (column === undefined) return undefined
  if (now === column) return 'ascending'
  return now === `-${column}` ? 'descending' : undefined
}

interface TickAllProps {
  label: string
  ids: readonly string[]
  selected: readonly string[]
  onChange(ids: readonly string[]): void
}

function TickAll({ label, ids, selected, onChange }: TickAllProps) {
  const box = useRef<HTMLInputElement>(null)
  const here = ids.filter((id) => selected.includes(id)).length
  const all = here === ids.length && ids.length > 0
  useEffect(() => {
    if (box.current) box.current.indeterminate = here > 0 && !all
  }, [here, all])
  return (
    <label className="tick-label">
      <input
        ref={box}
        type="checkbox"
        aria-label={label}
        checked={all}
        onChange={() =>
          onChange(all ? selected.filter((id) => !ids.includes(id)) : [...new Set([...selected, ...ids])])
        }
      />
    </label>
  )
}
