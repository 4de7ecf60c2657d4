import { DeviceDetails, DeviceHistory, DeviceListed, DeviceListQuery, idSchema, listOf } from '@paume/contract'
import Type from 'typebox'
import { csvOf } from '../csv.ts'
import type { App, Guards } from '../routing.ts'
import type { FleetView } from './fleet-view.ts'

const tags = ['devices']
const params = Type.Object({ id: idSchema('device') })

const CSV_COLUMNS: readonly [name: string, cell: (row: DeviceListed) => string | number | null][] = [
  ['id', ({ id }) => id],
  ['kind', ({ kind }) => kind],
  ['name', ({ name }) => name],
  ['organisation', ({ organisation }) => organisation.name],
  ['shop', ({ shop }) => shop.name],
  ['lane', ({ lane }) => lane?.name ?? null],
  ['state', ({ state, lost }) => (lost ? 'lost' : state)],
  ['online', ({ online }) => (online ? 'yes' : 'no')],
  ['version', ({ appVersion }) => appVersion],
  ['camera', ({ camera }) => camera],
  ['clock_skew_ms', ({ clockSkewMs }) => clockSkewMs],
  ['last_seen_at', ({ lastSeenAt }) => lastSeenAt],
  ['last_hover_at', ({ lastHoverAt }) => lastHoverAt],
  ['hovers_last_day', ({ lastDay }) => lastDay.hovers],
  ['refused_last_day', ({ lastDay }) => lastDay.refused],
]

/** What staff read of the devices of their shops. */
export function registerFleetReading(app: App, { view, guards }: { view: FleetView; guards: Guards }): void {
  const preValidation = guards.staff('devices.read')
  app.get(
    '/v1/devices',
    {
      preValidation,
      schema: { tags, summary: 'Devices', querystring: DeviceListQuery, response: { 200: listOf(DeviceListed) } },
    },
    async (request) => view.list(request.staff!, request.query),
  )
  app.get(
    '/v1/devices.csv',
    {
      preValidation,
      schema: { tags, summary: 'Devices as a file', querystring: Type.Omit(DeviceListQuery, ['limit', 'after']) },
    },
    async (request, reply) => {
      const rows = await view.all(request.staff!, request.query)
      const cells = rows.map((row) => CSV_COLUMNS.map(([, cell]) => cell(row)))
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="devices.csv"')
        .send(
          csvOf(
            CSV_COLUMNS.map(([name]) => name),
            cells,
          ),
        )
    },
  )
  app.get(
    '/v1/devices/:id',
    { preValidation, schema: { tags, summary: 'One device', params, response: { 200: DeviceDetails } } },
    async (request) => view.details(request.staff!, request.params.id),
  )
  app.get(
    '/v1/devices/:id/history',
    {
      preValidation,
      schema: { tags, summary: 'When it was heard of, 24 hours', params, response: { 200: DeviceHistory } },
    },
    async (request) => view.history(request.staff!, request.params.id),
  )
}
