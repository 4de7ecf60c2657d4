import { useEffect, useRef } from 'react'
import type { Params } from '../frame/search-params.ts'
import { useFrameTexts } from '../frame/texts.ts'
import type { List } from '../frame/use-list.ts'
import type { Column } from './data-table-props.ts'

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
          <SortHead
            key={column.key}
            title={column.title}
            align={column.align}
            now={list.sort}
            name={column.sort}
            onSort={(name) => list.sortBy(nextOrder(list.sort, name))}
          />
        ))}
      </tr>
    </thead>
  )
}

interface SortHeadProps {
  title: string
  align: 'end' | undefined
  /** The order of the moment. */
  now: string
  /** What this column is sorted by; without it it is not. */
  name: string | undefined
  onSort(name: string): void
}

/** The head of a column, which sorts by it when it is pressed. */
export function SortHead({ title, align, now, name, onSort }: SortHeadProps) {
  const { t } = useFrameTexts()
  return (
    <th scope="col" data-align={align} aria-sort={orderOf(now, name)}>
      {name === undefined ? (
        title
      ) : (
        <button type="button" className="sorter" title={t('sort_by', { name: title })} onClick={() => onSort(name)}>
          {title}
          <span className="sort-sign" aria-hidden="true">
            {now === name ? '↑' : now === `-${name}` ? '↓' : '↕'}
          </span>
        </button>
      )}
    </th>
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
