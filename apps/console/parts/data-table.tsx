import type { KeyboardEvent, ReactNode } from 'react'
import type { Params } from '../frame/search-params.ts'
import { useFrameTexts } from '../frame/texts.ts'
import type { List } from '../frame/use-list.ts'
import { Button } from './button.tsx'
import type { DataTableProps } from './data-table-props.ts'
import { Failed } from './failed.tsx'
import { EmptyState } from './small-parts.tsx'
import { TableBody } from './table-body.tsx'
import { TableHead } from './table-head.tsx'
import { TableFoot, TableTools } from './table-tools.tsx'
import { useTableLook } from './use-table-look.ts'

/**
 * A list of the console: sorted, filtered and paged by the server through `useList`. On a phone each row folds into a card. Arrow keys,
 * Home and End go from row to row, Enter opens, Space ticks.
 */
export function DataTable<Row, F extends Params>(props: DataTableProps<Row, F>) {
  const { label, list, columns, rowKey, bulk, tools } = props
  const { t } = useFrameTexts()
  const look = useTableLook(list.name, columns)
  const { data, error, loading, reload } = list.page
  const rows = data?.items ?? null
  if (rows === null && error) return <Failed error={error} onAgain={reload} />
  const chosen = rows?.filter((row) => list.selected.includes(rowKey(row))) ?? []
  return (
    <div className="table-box" data-density={look.density}>
      {(list.filtered || rows?.length !== 0) && <TableTools list={list} columns={columns} look={look} tools={tools} />}
      {bulk && list.selected.length > 0 && (
        <div className="bulk no-print">
          <span className="strong">{t('selected', { count: list.selected.length })}</span>
          {bulk(list.selected, chosen)}
          <Button look="quiet" onClick={() => list.select([])}>
            {t('select_none')}
          </Button>
        </div>
      )}
      {error !== null && <Failed error={error} onAgain={reload} small />}
      {rows?.length === 0 ? (
        <Nothing list={list} empty={props.empty} />
      ) : (
        <section
          className="table-scroll"
          aria-label={label}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
          tabIndex={0}
          data-stale={(loading && rows !== null) || undefined}
        >
          <table aria-busy={loading} onKeyDown={moveByKeys}>
            <caption className="unseen">
              {label}. {t('table_keys')}
            </caption>
            <TableHead {...{ list, rows, rowKey, columns: look.columns, ticks: bulk !== undefined }} />
            <TableBody {...props} columns={look.columns} rows={rows} />
          </table>
        </section>
      )}
      <TableFoot list={list} />
    </div>
  )
}

function Nothing<Row, F extends Params>({ list, empty }: { list: List<Row, F>; empty: ReactNode }) {
  const { t } = useFrameTexts()
  if (!list.filtered) return empty ?? <EmptyState title={t('no_rows')} line={t('no_rows_line')} />
  return (
    <EmptyState title={t('no_match')} line={t('no_match_line')} icon="search">
      <Button onClick={list.clear}>{t('clear_filters')}</Button>
    </EmptyState>
  )
}

/** Up, down, Home and End move between rows: from the opener of one to that of another. */
function moveByKeys(event: KeyboardEvent<HTMLTableElement>) {
  const { key, target, currentTarget } = event
  if (
    !(target instanceof HTMLElement) ||
    !target.closest('tbody') ||
    target.matches('input:not([type=checkbox]), select')
  )
    return
  const openers = [...currentTarget.querySelectorAll<HTMLElement>('tbody [data-opener]')]
  const own = target.closest('tr')?.querySelector<HTMLElement>('[data-opener]')
  const at = own ? openers.indexOf(own) : -1
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: openers.length - 1 }[key]
  if (key === ' ' && target.hasAttribute('data-opener')) {
    const tick = target.closest('tr')?.querySelector<HTMLInputElement>('input[type=checkbox]')
    if (tick) {
      event.preventDefault()
      tick.click()
    }
    return
  }
  if (to === undefined || at < 0) return
  event.preventDefault()
  openers[Math.max(0, Math.min(openers.length - 1, to))]?.focus()
}
