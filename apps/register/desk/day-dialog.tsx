import type { DeviceApi } from '@paume/client'
import type { TillDay } from '@paume/contract'
import { useEffect, useState } from 'react'
import { Button, Dialog, Notice } from '../../design/controls.tsx'
import { sentenceKey, type Trouble, troubleOf, wayKey } from '../../language/problem-text.ts'
import { useText } from '../../language/text.ts'
import { CashCount } from './cash-count.tsx'

/** The date so many days from `day`; both as `YYYY-MM-DD`. */
export function dayBeside(day: string, by: 1 | -1): string {
  const noon = new Date(`${day}T12:00:00Z`)
  noon.setUTCDate(noon.getUTCDate() + by)
  return noon.toISOString().slice(0, 10)
}

function Tenders({ of }: { of: TillDay }) {
  const { t, money } = useText()
  const row = (name: string, line: Pick<TillDay, 'count' | 'paidMinor' | 'tipMinor' | 'refundedMinor'>) => (
    <>
      <th scope="row">{name}</th>
      <td data-label="#">{line.count}</td>
      <td data-label={t('till.day_paid')}>{money(line.paidMinor, of.currency)}</td>
      <td data-label={t('till.day_tips')}>{money(line.tipMinor, of.currency)}</td>
      <td data-label={t('till.day_back')}>{money(line.refundedMinor, of.currency)}</td>
      <td data-label={t('till.day_net')}>
        <b>{money(line.paidMinor + line.tipMinor - line.refundedMinor, of.currency)}</b>
      </td>
    </>
  )
  return (
    <table className="day-table">
      <thead>
        <tr>
          <th scope="col">{t('till.day_tender')}</th>
          <th scope="col">#</th>
          <th scope="col">{t('till.day_paid')}</th>
          <th scope="col">{t('till.day_tips')}</th>
          <th scope="col">{t('till.day_back')}</th>
          <th scope="col">{t('till.day_net')}</th>
        </tr>
      </thead>
      <tbody>
        {of.tenders.map((line) => (
          <tr key={line.kind}>{row(t(`till.kind_${line.kind}`), line)}</tr>
        ))}
      </tbody>
      <tfoot>
        <tr>{row(t('till.day_sum'), of)}</tr>
      </tfoot>
    </table>
  )
}

function Books({ of: { books, currency } }: { of: TillDay }) {
  const { t, money } = useText()
  return (
    <section className="stack-s" aria-label={t('till.day_books')}>
      <h3>{t('till.day_books')}</h3>
      {books.accounts.length === 0 && <p className="soft">{t('till.day_books_empty')}</p>}
      <dl className="taxes small">
        {books.accounts.map(({ kind, balanceMinor }) => (
          <div key={kind}>
            <dt>
              <code>{kind}</code>
            </dt>
            <dd>{money(balanceMinor, currency)}</dd>
          </div>
        ))}
      </dl>
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

/** A day of the shop: by tender, the books, the drawer. To be read and printed when the day is closed. */
export function DayDialog({ api, onClose }: { api: DeviceApi; onClose: () => void }) {
  const { t, plural, money } = useText()
  const [asked, setAsked] = useState<string | undefined>()
  const [day, setDay] = useState<TillDay | null>(null)
  const [today, setToday] = useState<string | null>(null)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [round, setRound] = useState(0)

  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` asks anew
  useEffect(() => {
    const stop = new AbortController()
    setTrouble(null)
    api.counter
      .day(asked, { signal: stop.signal })
      .then((news) => {
        setDay(news)
        if (asked === undefined) setToday(news.day)
      })
      .catch((error) => {
        if (!stop.signal.aborted) setTrouble(troubleOf(error))
      })
    return () => stop.abort()
  }, [api, asked, round])

  const cash = day?.tenders.find(({ kind }) => kind === 'cash')
  return (
    <Dialog title={day ? t('till.day_title', { day: day.day }) : t('till.day')} onClose={onClose}>
      {trouble && (
        <>
          <Notice tone="bad" urgent>
            <p>{t(sentenceKey(trouble))}</p>
            <p>{t(wayKey(trouble))}</p>
          </Notice>
          <Button onClick={() => setRound((before) => before + 1)}>{t('page.again')}</Button>
        </>
      )}
      {!day && !trouble && <p className="soft">{t('page.loading')}</p>}
      {day && (
        <>
          <div className="row tools no-print">
            <Button onClick={() => setAsked(dayBeside(day.day, -1))}>{t('till.day_earlier')}</Button>
            <Button disabled={day.day === today} onClick={() => setAsked(dayBeside(day.day, 1))}>
              {t('till.day_later')}
            </Button>
            <Button icon="print" onClick={() => window.print()}>
              {t('register.print')}
            </Button>
          </div>
          {day.tenders.length === 0 ? (
            <p className="soft">{t('till.day_empty')}</p>
          ) : (
            <>
              <p className="soft small">{plural('till.day_count', day.count)}</p>
              <Tenders of={day} />
            </>
          )}
          {day.open.count > 0 && (
            <Notice tone="warn">
              <p>{t('till.day_open', { count: day.open.count, amount: money(day.open.amountMinor, day.currency) })}</p>
            </Notice>
          )}
          <CashCount
            key={day.day}
            movedMinor={BigInt((cash?.paidMinor ?? 0) - (cash?.refundedMinor ?? 0))}
            currency={day.currency}
          />
          <Books of={day} />
        </>
      )}
    </Dialog>
  )
}
