import type { TillDayReport } from '@paume/contract'
import { Notice } from '../../design/controls.tsx'
import type { TextKey } from '../../language/tables.ts'
import { useText } from '../../language/text.ts'
import { rateText } from '../catalogue.ts'

interface TableProps {
  head: string[]
  rows: { key: string; cells: string[]; sum?: boolean }[]
}

/** First column words, the others amounts. On a phone each row becomes a small list. */
function DayTable({ head, rows }: TableProps) {
  const row = ({ key, cells: [name, ...amounts] }: TableProps['rows'][number]) => (
    <tr key={key}>
      <th scope="row">{name}</th>
      {amounts.map((amount, at) => (
        <td key={head[at + 1]} data-label={head[at + 1]}>
          {amount}
        </td>
      ))}
    </tr>
  )
  return (
    <table className="day-table">
      <thead>
        <tr>
          {head.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{rows.filter(({ sum }) => !sum).map(row)}</tbody>
      <tfoot>{rows.filter(({ sum }) => sum).map(row)}</tfoot>
    </table>
  )
}

function Tenders({ of }: { of: TillDayReport }) {
  const { t, money } = useText()
  const { currency } = of
  type Sums = Pick<TillDayReport, 'count' | 'paidMinor' | 'tipMinor' | 'refundedMinor'>
  const cells = (name: string, line: Sums) => [
    name,
    String(line.count),
    money(line.paidMinor, currency),
    money(line.tipMinor, currency),
    money(line.refundedMinor, currency),
    money(line.paidMinor + line.tipMinor - line.refundedMinor, currency),
  ]
  const rows = of.tenders.map((line) => ({ key: line.kind, cells: cells(t(`till.kind_${line.kind}`), line) }))
  return (
    <DayTable
      head={[
        t('till.day_tender'),
        t('till.day_number'),
        t('till.day_paid'),
        t('till.day_tips'),
        t('till.day_back'),
        t('till.day_net'),
      ]}
      rows={[...rows, { key: 'sum', cells: cells(t('till.day_sum'), of), sum: true }]}
    />
  )
}

/** Tax by rate: of what was sold, less what came back. */
function Taxes({ of }: { of: TillDayReport }) {
  const { t, money, language } = useText()
  const { currency, taxes, restMinor } = of
  const rows = taxes.map((rate) => {
    const netMinor = rate.netMinor - rate.backNetMinor
    const taxMinor = rate.taxMinor - rate.backTaxMinor
    const amounts = [netMinor, taxMinor, netMinor + taxMinor].map((amount) => money(amount, currency))
    const name = t('till.tax_rate', { rate: rateText(rate.taxBasisPoints, language) })
    return { key: String(rate.taxBasisPoints), cells: [name, ...amounts], netMinor, taxMinor }
  })
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + of(row), 0)
  const [netMinor, taxMinor] = [sum((row) => row.netMinor), sum((row) => row.taxMinor)]
  const total = [netMinor, taxMinor, netMinor + taxMinor].map((amount) => money(amount, currency))
  return (
    <section className="stack-s" aria-label={t('till.day_taxes')}>
      <h3>{t('till.day_taxes')}</h3>
      {rows.length === 0 ? (
        <p className="soft small">{t('till.day_taxes_empty')}</p>
      ) : (
        <DayTable
          head={[t('till.day_rate'), t('till.day_without'), t('till.day_tax'), t('till.day_with')]}
          rows={[...rows, { key: 'sum', cells: [t('till.day_sum'), ...total], sum: true }]}
        />
      )}
      {restMinor !== 0 && <p className="soft small">{t('till.day_rest', { amount: money(restMinor, currency) })}</p>}
    </section>
  )
}

const ACCOUNTS: Record<string, TextKey> = {
  authorised_receivable: 'account.authorised_receivable',
  authorised_payable: 'account.authorised_payable',
  processor_receivable: 'account.processor_receivable',
  merchant_payable: 'account.merchant_payable',
  refunds_in_transit: 'account.refunds_in_transit',
  disputed_receivable: 'account.disputed_receivable',
  disputed_payable: 'account.disputed_payable',
}

function Books({ of: { books, currency } }: { of: TillDayReport }) {
  const { t, money } = useText()
  const rows = books.accounts.flatMap(({ kind, openingMinor, balanceMinor, closingMinor }) => {
    const name = ACCOUNTS[kind]
    const amounts = [openingMinor, balanceMinor, closingMinor]
    // What came and went again within the day, and stood at nought before, says nothing on a sheet.
    if (amounts.every((amount) => amount === 0)) return []
    return [{ key: kind, cells: [name ? t(name) : kind, ...amounts.map((amount) => money(amount, currency))] }]
  })
  return (
    <section className="stack-s" aria-label={t('till.day_books')}>
      <h3>{t('till.day_books')}</h3>
      {rows.length === 0 ? (
        <p className="soft small">{t('till.day_books_empty')}</p>
      ) : (
        <DayTable
          head={[t('till.day_account'), t('till.day_opening'), t('till.day_moved'), t('till.day_closing')]}
          rows={rows}
        />
      )}
      {books.sumMinor === 0 ? (
        <p className="small soft">{t('till.day_zero')}</p>
      ) : (
        <Notice tone="bad" urgent>
          <p>{t('till.day_off', { amount: money(books.sumMinor, currency) })}</p>
        </Notice>
      )}
    </section>
  )
}

/** What the drawer should hold and held when the day was closed. */
function Drawer({ of: { drawer, currency } }: { of: TillDayReport }) {
  const { t, money } = useText()
  if (drawer === null) return <p className="soft small">{t('till.day_uncounted')}</p>
  const offMinor = drawer.countedMinor - drawer.expectedMinor
  const lines: [string, number][] = [
    [t('till.day_float'), drawer.floatMinor],
    [t('till.day_expected_label'), drawer.expectedMinor],
    [t('till.day_counted_label'), drawer.countedMinor],
  ]
  return (
    <section className="stack-s" aria-label={t('till.day_cash')}>
      <h3>{t('till.day_cash')}</h3>
      <dl className="taxes small">
        {lines.map(([name, amount]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{money(amount, currency)}</dd>
          </div>
        ))}
      </dl>
      <p>
        <b>
          {offMinor === 0
            ? t('till.day_fits')
            : t(offMinor > 0 ? 'till.day_over' : 'till.day_short', { amount: money(Math.abs(offMinor), currency) })}
        </b>
      </p>
    </section>
  )
}

/** A day of the till as a sheet: by tender, tax by rate, the drawer, the books. On the screen and on paper. */
export function DaySheet({ of, shop }: { of: TillDayReport; shop: string }) {
  const { t, plural, dateTime, money } = useText()
  const from = of.openedAt === null ? t('till.day_first') : t('till.day_from', { time: dateTime(of.openedAt) })
  const until = of.closedAt === null ? t('till.day_still_open') : t('till.day_until', { time: dateTime(of.closedAt) })
  return (
    <article className="stack day-sheet">
      <h2 className="print-only">
        {shop} · {t('till.day_title', { day: of.number })}
      </h2>
      <p className="soft small">
        {from} {until} {plural('till.day_count', of.count)}
      </p>
      {of.tenders.length === 0 ? <p className="soft">{t('till.day_empty')}</p> : <Tenders of={of} />}
      {of.open.count > 0 && (
        <Notice tone="warn">
          <p>{t('till.day_open', { count: of.open.count, amount: money(of.open.amountMinor, of.currency) })}</p>
        </Notice>
      )}
      <Taxes of={of} />
      {of.state === 'closed' && <Drawer of={of} />}
      <Books of={of} />
    </article>
  )
}
