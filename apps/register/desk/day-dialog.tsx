import type { DeviceApi } from '@paume/client'
import type { TillDayClosing, TillDayList, TillDayReport } from '@paume/contract'
import { useCallback, useEffect, useRef, useState } from 'react'
import { Button, Dialog, Notice } from '../../design/controls.tsx'
import { useText } from '../../language/text.ts'
import { TroubleNotice } from '../trouble-notice.tsx'
import { useWish } from '../use-wish.ts'
import { CloseDay } from './close-day.tsx'
import { DaySheet } from './day-sheet.tsx'

type Days = TillDayList['days']

interface ClosedDaysProps {
  days: Days
  onOpen: (number: number) => void
  onMore: (() => void) | null
}

/** Closed days, newest first. */
function ClosedDays({ days, onOpen, onMore }: ClosedDaysProps) {
  const { t, money, dateTime } = useText()
  return (
    <section className="stack-s no-print" aria-label={t('till.days')}>
      <h3>{t('till.days')}</h3>
      {days.length === 0 && <p className="soft small">{t('till.days_empty')}</p>}
      <ul className="dialog-list">
        {days.map(({ number, closedAt, netMinor, currency }) => (
          <li key={number}>
            <button type="button" className="goods-row" onClick={() => onOpen(number)}>
              <b>{t('till.day_title', { day: number })}</b>
              <span className="goods-name soft small">{t('till.day_until', { time: dateTime(closedAt) })}</span>
              <strong>{money(netMinor, currency)}</strong>
            </button>
          </li>
        ))}
      </ul>
      {onMore && <Button onClick={onMore}>{t('till.days_more')}</Button>}
    </section>
  )
}

/** The open day or a closed one, and the list of those. */
function useDays(api: DeviceApi, report: (error: unknown) => boolean) {
  const [day, setDay] = useState<TillDayReport | null>(null)
  const [days, setDays] = useState<Days>([])
  const [more, setMore] = useState(false)
  const [justClosed, setJustClosed] = useState(false)
  const { busy, trouble, run } = useWish(report)
  const list = useCallback(
    async (before?: number) => {
      const news = (await api.counter.tillDays(before)).days
      setDays((known) => (before === undefined ? news : [...known, ...news]))
      setMore((news.at(-1)?.number ?? 1) > 1)
    },
    [api],
  )
  const show = useCallback(
    (number: number | 'open') =>
      run(`day ${number}`, async () => {
        setDay(await api.counter.tillDay(number))
        setJustClosed(false)
        if (number === 'open') await list()
      }),
    [api, list, run],
  )
  useEffect(() => {
    show('open')
  }, [show])
  const close = (number: number, closing: TillDayClosing) =>
    run(`close ${number}`, async () => {
      setDay(await api.counter.closeTillDay(number, closing))
      setJustClosed(true)
      await list()
    })
  return {
    day,
    days,
    more,
    justClosed,
    busy,
    trouble,
    show,
    close,
    onMore: () => run('more', () => list(days.at(-1)?.number)),
  }
}

interface DayDialogProps {
  api: DeviceApi
  shop: string
  report: (error: unknown) => boolean
  onClose: () => void
}

/** The day of the till: read, closed, printed; and the days before. */
export function DayDialog({ api, shop, report, onClose }: DayDialogProps) {
  const { t } = useText()
  const { day, days, more, justClosed, busy, trouble, show, close, onMore } = useDays(api, report)
  const tools = useRef<HTMLDivElement>(null)
  const sheet = day && `${day.number} ${day.state}`
  // Another sheet is read from its top.
  useEffect(() => {
    if (sheet) tools.current?.closest('dialog')?.scrollTo(0, 0)
  }, [sheet])
  return (
    <Dialog title={day ? t('till.day_title', { day: day.number }) : t('till.day')} onClose={onClose}>
      <TroubleNotice trouble={trouble} />
      {trouble && <Button onClick={() => show('open')}>{t('page.again')}</Button>}
      {!day && busy && <p className="soft">{t('page.loading')}</p>}
      {day && (
        <>
          {justClosed && (
            <div className="no-print">
              <Notice tone="good" urgent>
                <p>{t('till.closed', { day: day.number })}</p>
              </Notice>
            </div>
          )}
          <div className="row tools no-print" ref={tools}>
            {day.state === 'closed' && (
              <Button icon="back" disabled={busy} onClick={() => show('open')}>
                {t('till.day_now')}
              </Button>
            )}
            <Button icon="print" onClick={() => window.print()}>
              {t('register.print')}
            </Button>
          </div>
          <DaySheet of={day} shop={shop} />
          {day.state === 'open' && (
            <>
              <CloseDay key={day.number} day={day} busy={busy} onClose={(closing) => close(day.number, closing)} />
              <ClosedDays days={days} onOpen={show} onMore={more ? onMore : null} />
            </>
          )}
        </>
      )}
    </Dialog>
  )
}
