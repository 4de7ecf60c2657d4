import { type Overview, REFUSED_OUTCOMES } from '@paume/contract'
import { useFormat, useReasonTexts } from '../frame/index.ts'
import { Panel } from '../parts/index.ts'
import { useOverviewTexts } from './texts.ts'

/** Why hovers were refused and payments were not paid, most frequent first. */
export function Reasons({ figures }: { figures: Overview }) {
  const { t } = useOverviewTexts()
  const { t: reason } = useReasonTexts()
  const refused = figures.hovers.byOutcome
    .filter(({ outcome, count }) => count > 0 && (REFUSED_OUTCOMES as readonly string[]).includes(outcome))
    .sort((a, b) => b.count - a.count)
    .map(({ outcome, count }) => ({ name: reason(outcome), count }))
  const unpaid = figures.payments.byReason
    .filter(({ count }) => count > 0)
    .map((each) => ({ name: reason(each.reason), count: each.count }))
  return (
    <div className="panels">
      <Panel title={t('why_refused')}>
        <Ranking rows={refused} nothing={t('none_refused')} />
      </Panel>
      <Panel title={t('why_unpaid')}>
        <Ranking rows={unpaid} nothing={t('none_unpaid')} />
      </Panel>
    </div>
  )
}

function Ranking({ rows, nothing }: { rows: readonly { name: string; count: number }[]; nothing: string }) {
  const { number, percent } = useFormat()
  const all = rows.reduce((sum, { count }) => sum + count, 0)
  if (all === 0) return <p className="soft">{nothing}</p>
  return (
    <ol className="ranking">
      {rows.map(({ name, count }) => (
        <li key={name}>
          <span>{name}</span>
          <span className="ranking-count">
            <strong>{number(count)}</strong> <span className="soft small">{percent(count / all, 0)}</span>
          </span>
          <span className="ranking-bar" aria-hidden="true">
            <span style={{ width: `${(100 * count) / rows[0]!.count}%` }} />
          </span>
        </li>
      ))}
    </ol>
  )
}
