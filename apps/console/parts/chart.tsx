import { lazy, Suspense, useId, useState } from 'react'
import { useFrameTexts } from '../frame/texts.ts'
import { IconButton } from './button.tsx'
import type { ChartProps, ChartSeries } from './chart-props.ts'

// The drawing library is loaded with the first chart.
const ChartCanvas = lazy(async () => ({ default: (await import('./chart-canvas.tsx')).ChartCanvas }))

const sum = (values: readonly (number | null)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0)

/** A chart with the values in its legend, and all of them as a table for those who want or need one. */
export function Chart(props: ChartProps) {
  const { label, kind, x, series, format, heightPx = 240 } = props
  const { t } = useFrameTexts()
  const [table, setTable] = useState(false)
  const [at, setAt] = useState<number | null>(null)
  const id = useId()
  const nothing = x.values.length === 0 || series.every(({ values }) => values.every((value) => value === null))
  if (nothing) return <p className="chart-nothing soft">{t('chart_nothing')}</p>
  const here = at !== null && at < x.values.length ? at : null
  const shown = (values: ChartSeries['values']) => {
    const value =
      here === null
        ? kind === 'bars'
          ? sum(values)
          : (values.findLast((each) => each !== null) ?? null)
        : values[here]
    return value === null || value === undefined ? '–' : format(value)
  }
  return (
    <figure className="chart" aria-labelledby={id}>
      <figcaption id={id} className="unseen">
        {label}
      </figcaption>
      <div className="chart-head">
        <ul className="chart-legend" aria-hidden="true">
          <li className="chart-at">
            {here === null ? (kind === 'bars' ? t('chart_total') : '') : x.text(x.values[here]!)}
          </li>
          {series.map((each, index) => (
            <li key={each.label}>
              <span className="swatch" data-colour={each.colour ?? index + 1} />
              {each.label} <strong>{shown(each.values)}</strong>
            </li>
          ))}
        </ul>
        <IconButton
          icon={table ? 'chart' : 'columns'}
          label={t(table ? 'chart_picture' : 'chart_table')}
          className="no-print"
          aria-pressed={table}
          onClick={() => setTable(!table)}
        />
      </div>
      {table ? (
        <ChartTable {...props} />
      ) : (
        <div role="img" aria-label={label}>
          <Suspense fallback={<div className="chart-wait" style={{ height: heightPx }} />}>
            <ChartCanvas {...props} heightPx={heightPx} onAt={setAt} />
          </Suspense>
        </div>
      )}
    </figure>
  )
}

function ChartTable({ x, series, format, label }: ChartProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className="plain-scroll chart-table" aria-label={label} tabIndex={0}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{x.title}</th>
            {series.map((each) => (
              <th key={each.label} scope="col" data-align="end">
                {each.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {x.values.map((value, row) => (
            <tr key={value}>
              <th scope="row">{x.text(value)}</th>
              {series.map((each) => {
                const cell = each.values[row]
                return (
                  <td key={each.label} data-align="end">
                    {cell === null || cell === undefined ? '–' : format(cell)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
