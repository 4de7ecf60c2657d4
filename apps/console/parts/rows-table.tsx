import { useMemo, useState } from 'react'
import { Link } from '../frame/link.tsx'
import { useFrameTexts } from '../frame/texts.ts'
import { Button } from './button.tsx'
import type { Column } from './data-table-props.ts'
import { nextOrder, SortHead } from './table-head.tsx'

interface RowsTableProps<Row> {
  label: string
  rows: readonly Row[]
  columns: readonly (Column<Row> & {
    /** What it is sorted by here. */
    value?(row: Row): number | string
  })[]
  rowKey(row: Row): string
  rowHref?(row: Row): string
  /** Rows before "all of them". */
  most?: number
}

/** A table of rows that are all here already, such as figures by shop: sorted in the page. For lists there is `DataTable`. */
export function RowsTable<Row>({ label, rows, columns, rowKey, rowHref, most = 12 }: RowsTableProps<Row>) {
  const { t, language } = useFrameTexts()
  const [order, setOrder] = useState('')
  const [all, setAll] = useState(false)
  const sorted = useMemo(() => {
    const column = columns.find(({ key }) => key === order.replace('-', ''))
    if (!column?.value) return rows
    const words = new Intl.Collator(language)
    const way = order.startsWith('-') ? -1 : 1
    return [...rows].sort((a, b) => {
      const [left, right] = [column.value!(a), column.value!(b)]
      return way * (typeof left === 'number' ? left - Number(right) : words.compare(left, String(right)))
    })
  }, [rows, columns, order, language])
  const shown = all ? sorted : sorted.slice(0, most)
  return (
    <div className="table-box rows-table" data-density="dense">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className="table-scroll" aria-label={label} tabIndex={0}>
        <table>
          <caption className="unseen">{label}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <SortHead
                  key={column.key}
                  title={column.title}
                  align={column.align}
                  now={order}
                  name={column.value && column.key}
                  onSort={(name) => setOrder(order === '' && column.align ? `-${name}` : nextOrder(order, name))}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={rowKey(row)} data-opens={rowHref ? true : undefined}>
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
                      {index === 0 && rowHref ? (
                        <Link to={rowHref(row)} className="opener" data-opener>
                          {column.cell(row)}
                        </Link>
                      ) : (
                        column.cell(row)
                      )}
                    </span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {rows.length > most && (
        <div className="no-print">
          <Button look="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t('show_fewer') : t('show_all', { count: rows.length })}
          </Button>
        </div>
      )}
    </div>
  )
}
