import type { AdmissionEvent, AdmissionQuery, Zone, ZoneWindow } from '@paume/contract'
import { useMemo } from 'react'
import { choice, oneOf, useApi, useFormat, useList, useLoad, useReasonTexts, useSearch } from '../frame/index.ts'
import {
  type Column,
  DataTable,
  EmptyState,
  Facts,
  FilterBar,
  Loaded,
  PageHead,
  Panel,
  StatePill,
  Tabs,
} from '../parts/index.ts'
import { useGateTexts } from './texts.ts'

const TABS = ['zones', 'events'] as const
const SHOWN = { tab: choice(TABS) }
const FILTERS = { outcome: oneOf(['granted', 'denied']) }
const SORTS = ['at'] as const

/** Zones and what their doors said. */
export function DoorsPage() {
  const { t } = useGateTexts()
  const [{ tab }, set] = useSearch(SHOWN)
  return (
    <>
      <PageHead title={t('doors')} line={t('doors_line')} />
      <Tabs
        label={t('doors')}
        tabs={TABS.map((value) => ({ value, label: t(value) }))}
        value={tab}
        onChange={(value) => set({ tab: value })}
      >
        {tab === 'zones' ? <ZoneList /> : <EventList />}
      </Tabs>
    </>
  )
}

function ZoneList() {
  const { t } = useGateTexts()
  const api = useApi()
  const zones = useLoad('zones', (signal) => api.gates.zones(undefined, { signal }), { live: ['admission'] })
  return (
    <Loaded load={zones} lines={6}>
      {(data) =>
        data.zones.length === 0 ? (
          <EmptyState title={t('no_zones')} line={t('no_zones_line')} icon="door" />
        ) : (
          <div className="stack">
            {data.zones.map((zone) => (
              <ZonePanel key={zone.id} zone={zone} />
            ))}
          </div>
        )
      }
    </Loaded>
  )
}

/** A Monday: names of the days of the week are counted from it. */
const MONDAY_MS = Date.UTC(2024, 0, 1)
const DAY_MS = 86_400_000

function ZonePanel({ zone }: { zone: Zone }) {
  const { t, language } = useGateTexts()
  const { number } = useFormat()
  const again = zone.againAfterMinutes
  const dayName = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' })
  const clock = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
  const windowLine = ({ days, from, to }: ZoneWindow) =>
    `${days
      .toSorted()
      .map((day) => dayName.format(new Date(MONDAY_MS + (day - 1) * DAY_MS)))
      .join(' ')} ${clock(from)}–${clock(to)}`
  return (
    <Panel title={zone.name}>
      <Facts
        rows={[
          [t('admits'), t(zone.admits)],
          [
            t('hours'),
            zone.windows.length === 0
              ? t('always')
              : `${zone.windows.map(windowLine).join('; ')} (${t('clock', { zone: zone.timeZone })})`,
          ],
          [
            t('again'),
            again === null ? t('again_free') : again === 0 ? t('again_out') : t('again_minutes', { count: again }),
          ],
          [
            t('doors_of'),
            zone.doors.length === 0
              ? t('no_doors')
              : zone.doors
                  .map(({ name, direction }) => `${name} (${t(direction === 'in' ? 'way_in' : 'way_out')})`)
                  .join(', '),
          ],
          [t('inside'), again === null ? null : number(zone.inside)],
        ]}
      />
    </Panel>
  )
}

function EventList() {
  const { t } = useGateTexts()
  const { dateTime } = useFormat()
  const api = useApi()
  const list = useList({
    name: 'admissions',
    filters: FILTERS,
    sorts: SORTS,
    first: '-at',
    live: ['admission'],
    load: (query, signal) => api.gates.admissions(query as AdmissionQuery, { signal }),
  })
  const columns = useColumns()
  return (
    <>
      <FilterBar
        list={list}
        filters={[
          {
            kind: 'select',
            name: 'outcome',
            label: t('outcome'),
            options: [
              { value: 'granted', label: t('opened') },
              { value: 'denied', label: t('denied') },
            ],
          },
        ]}
      />
      <DataTable
        label={t('events')}
        list={list}
        columns={columns}
        rowKey={(row) => row.id}
        rowName={(row) => t('event_row', { at: dateTime(row.at) })}
        empty={<EmptyState title={t('no_events')} line={t('no_events_line')} icon="door" />}
      />
    </>
  )
}

/** Denials that only doors have; the others are those of every hover. */
const OWN = [
  'no_grant',
  'no_ticket',
  'ticket_used',
  'ticket_other',
  'outside_hours',
  'already_inside',
  'no_zone',
] as const
const isOwn = (reason: string): reason is (typeof OWN)[number] => (OWN as readonly string[]).includes(reason)

function useColumns(): Column<AdmissionEvent>[] {
  const { t } = useGateTexts()
  const reasons = useReasonTexts()
  const { dateTime } = useFormat()
  return useMemo(
    () => [
      {
        key: 'at',
        title: t('at'),
        sort: 'at',
        card: 'title',
        cell: (row) => <time dateTime={row.at}>{dateTime(row.at)}</time>,
      },
      {
        key: 'outcome',
        title: t('outcome'),
        cell: (row) => (
          <StatePill tone={row.outcome === 'granted' ? 'good' : 'bad'}>
            {t(row.outcome === 'granted' ? 'opened' : 'denied')}
          </StatePill>
        ),
      },
      {
        key: 'reason',
        title: t('reason'),
        cell: (row) =>
          row.reason === null ? (
            <span className="soft">–</span>
          ) : isOwn(row.reason) ? (
            t(row.reason)
          ) : (
            reasons.t(row.reason)
          ),
      },
      { key: 'zone', title: t('zone'), cell: (row) => row.zone?.name ?? <span className="soft">–</span> },
      { key: 'direction', title: t('direction'), cell: (row) => t(row.direction === 'in' ? 'way_in' : 'way_out') },
      {
        key: 'who',
        title: t('who'),
        cell: (row) =>
          row.shopperRef === null ? <span className="soft">–</span> : <code>{row.shopperRef.slice(-8)}</code>,
      },
    ],
    [t, reasons, dateTime],
  )
}
