import { type ReactNode, useState } from 'react'
import { Link } from '../frame/link.tsx'
import type { Params } from '../frame/search-params.ts'
import { useFrameTexts } from '../frame/texts.ts'
import type { DataTableProps } from './data-table-props.ts'

const GREY_ROWS = 8

interface TableBodyProps<Row, F extends Params> extends DataTableProps<Row, F> {
  /** Null: not there yet. */
  rows: readonly Row[] | null
}

export function TableBody<Row, F extends Params>(props: TableBodyProps<Row, F>) {
  const { rows, columns, rowKey, list, bulk } = props
  // One row is reached by Tab; arrow keys go on from there.
  const [current, setCurrent] = useState<string | null>(null)
  if (rows === null) return <GreyRows columns={columns.length + (bulk ? 1 : 0)} />
  const entry = rows.some((row) => rowKey(row) === current) ? current : rows[0] && rowKey(rows[0])
  return (
    <tbody>
      {rows.map((row) => {
        const id = rowKey(row)
        return (
          <tr
            key={id}
            data-selected={list.selected.includes(id) || undefined}
            data-opens={props.rowHref || props.onRow ? true : undefined}
            onFocus={() => setCurrent(id)}
          >
            {bulk && <Tick {...props} row={row} id={id} />}
            {columns.map((column, index) => (
              <td
                key={column.key}
                data-align={column.align}
                data-card={column.card ?? (index === 0 ? 'title' : undefined)}
              >
                <span className="cell-name" aria-hidden="true">
                  {column.title}
                </span>
                <span className="cell">
                  {index === 0 ? (
                    <Opener {...props} row={row} reached={id === entry}>
                      {column.cell(row)}
                    </Opener>
                  ) : (
                    column.cell(row)
                  )}
                </span>
              </td>
            ))}
          </tr>
        )
      })}
    </tbody>
  )
}

interface OpenerProps<Row, F extends Params> extends TableBodyProps<Row, F> {
  row: Row
  /** Whether Tab comes here. */
  reached: boolean
  children: ReactNode
}

/** What opens a row: its link or button, which lies over the whole row. */
function Opener<Row, F extends Params>({ row, rowHref, onRow, reached, children }: OpenerProps<Row, F>) {
  const tabIndex = reached ? 0 : -1
  if (rowHref)
    return (
      <Link to={rowHref(row)} className="opener" data-opener tabIndex={tabIndex}>
        {children}
      </Link>
    )
  if (onRow)
    return (
      <button type="button" className="opener" data-opener tabIndex={tabIndex} onClick={() => onRow(row)}>
        {children}
      </button>
    )
  return children
}

function Tick<Row, F extends Params>({ list, row, id, rowName }: TableBodyProps<Row, F> & { row: Row; id: string }) {
  const { t } = useFrameTexts()
  const { selected } = list
  return (
    <td className="tick">
      <label className="tick-label">
        <input
          type="checkbox"
          aria-label={t('select_row', { name: rowName(row) })}
          checked={selected.includes(id)}
          onChange={(event) =>
            list.select(event.target.checked ? [...selected, id] : selected.filter((each) => each !== id))
          }
        />
      </label>
    </td>
  )
}

/** What stands there while rows are on their way. */
function GreyRows({ columns }: { columns: number }) {
  const rows = Array.from({ length: GREY_ROWS }, (_, row) => row)
  return (
    <tbody aria-hidden="true">
      {rows.map((row) => (
        <tr key={row}>
          {Array.from({ length: columns }, (_, column) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: grey bars are all alike
            <td key={column}>
              <span className="skeleton" />
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  )
}
