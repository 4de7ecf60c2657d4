import type { AdmissionEvent, AdmissionPage, AdmissionQuery } from '@paume/contract'
import type { Tx } from '../database.ts'
import { containing, pageOf } from '../list-page.ts'

/** What is read: everything, one organisation, or some shops of it. */
export type Reach = { organisationId: string | null; shopIds: readonly string[] | null }

/** Stands for no shop at all: a list must not be empty. */
export const noShops: readonly string[] = ['']

/** What doors said, the latest first. */
export async function listEvents(tx: Tx, reach: Reach, query: AdmissionQuery): Promise<AdmissionPage> {
  let rows = tx
    .selectFrom('admission_event')
    .leftJoin('admission_zone', 'admission_zone.id', 'admission_event.zone_id')
    .select([
      'admission_event.id',
      'at',
      'admission_event.shop_id',
      'zone_id',
      'admission_zone.name as zone_name',
      'device_id',
      'direction',
      'outcome',
      'reason',
      'shopper_ref',
      'ticket_id',
    ])
  if (reach.organisationId !== null) rows = rows.where('admission_event.organisation_id', '=', reach.organisationId)
  if (reach.shopIds !== null) {
    rows = rows.where('admission_event.shop_id', 'in', reach.shopIds.length === 0 ? noShops : [...reach.shopIds])
  }
  if (query.shop !== undefined) rows = rows.where('admission_event.shop_id', '=', query.shop)
  if (query.zone !== undefined) rows = rows.where('zone_id', '=', query.zone)
  if (query.outcome !== undefined) rows = rows.where('outcome', '=', query.outcome)
  if (query.q !== undefined) rows = rows.where('shopper_ref', 'ilike', containing(query.q))
  const order = {
    columns: { at: { by: 'at', type: 'timestamptz' } },
    id: 'admission_event.id',
    firstDown: true,
  } as const
  const page = await pageOf(tx, rows, order, query)
  return {
    ...page,
    items: page.items.map(
      (row): AdmissionEvent => ({
        id: row.id,
        at: row.at.toISOString(),
        shopId: row.shop_id,
        zone: row.zone_id === null ? null : { id: row.zone_id, name: row.zone_name ?? row.zone_id },
        deviceId: row.device_id,
        direction: row.direction,
        outcome: row.outcome,
        reason: row.reason,
        shopperRef: row.shopper_ref,
        ticketId: row.ticket_id,
      }),
    ),
  }
}
