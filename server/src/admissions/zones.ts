import type { AdmissionTicket, AdmissionTicketCreate, Zone, ZoneGrant, ZoneGrantCreate, ZoneSet } from '@paume/contract'
import type { Selectable } from 'kysely'
import { isUniqueViolation, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import { noShops, type Reach } from './events.ts'
import { type AdmissionParts, nowOf } from './ports.ts'
import type { AdmissionTables } from './tables.ts'

type ZoneRow = Selectable<AdmissionTables['admission_zone']>
type TicketRow = Selectable<AdmissionTables['admission_ticket']>

export async function listZones(parts: AdmissionParts, tx: Tx, reach: Reach, shopId?: string): Promise<Zone[]> {
  let rows = tx.selectFrom('admission_zone').selectAll().where('removed_at', 'is', null)
  if (reach.organisationId !== null) rows = rows.where('organisation_id', '=', reach.organisationId)
  if (reach.shopIds !== null)
    rows = rows.where('shop_id', 'in', reach.shopIds.length === 0 ? noShops : [...reach.shopIds])
  if (shopId !== undefined) rows = rows.where('shop_id', '=', shopId)
  const zones = await rows.orderBy('name').orderBy('id').limit(500).execute()
  return Promise.all(zones.map((zone) => viewZone(parts, tx, zone)))
}

export async function viewZone(parts: AdmissionParts, tx: Tx, zone: ZoneRow): Promise<Zone> {
  const [doors, inside, timeZone] = await Promise.all([
    tx.selectFrom('admission_door').selectAll().where('zone_id', '=', zone.id).orderBy('device_id').execute(),
    tx
      .selectFrom('admission_presence')
      .select((eb) => eb.fn.countAll<bigint>().as('count'))
      .where('zone_id', '=', zone.id)
      .executeTakeFirstOrThrow(),
    parts.shops.timeZoneOf(zone.shop_id),
  ])
  const named = await Promise.all(
    doors.map(async ({ device_id, direction }) => {
      const device = await parts.devices.find(device_id)
      return { deviceId: device_id, name: device?.name ?? device_id, direction }
    }),
  )
  return {
    id: zone.id,
    shopId: zone.shop_id,
    name: zone.name,
    admits: zone.admits,
    windows: zone.windows,
    againAfterMinutes: zone.again_after_minutes,
    timeZone,
    doors: named,
    inside: Number(inside.count),
  }
}

/** Makes a zone, or changes the one of that id; its shop stays. */
export const saveZone = (
  parts: AdmissionParts,
  id: string | null,
  shop: { id: string; organisationId: string },
  { name, admits, windows, againAfterMinutes }: ZoneSet,
): Promise<Zone> =>
  withTransaction(parts.db, async (tx) => {
    const columns = { name, admits, windows: JSON.stringify(windows), again_after_minutes: againAfterMinutes }
    const now = nowOf(parts)
    const row =
      id === null
        ? await tx
            .insertInto('admission_zone')
            .values({
              id: newId('zone', now.getTime()),
              organisation_id: shop.organisationId,
              shop_id: shop.id,
              ...columns,
              created_at: now,
              removed_at: null,
            })
            .returningAll()
            .executeTakeFirstOrThrow()
        : await tx
            .updateTable('admission_zone')
            .set(columns)
            .where('id', '=', id)
            .where('removed_at', 'is', null)
            .returningAll()
            .executeTakeFirst()
    if (row === undefined) throw new Failure('not_found')
    await parts.audit.append(tx, 'zone_set', { zoneId: row.id, shopId: row.shop_id, admits })
    return viewZone(parts, tx, row)
  })

export const removeZone = (parts: AdmissionParts, id: string): Promise<void> =>
  withTransaction(parts.db, async (tx) => {
    await tx.deleteFrom('admission_door').where('zone_id', '=', id).execute()
    await tx
      .updateTable('admission_zone')
      .set({ removed_at: nowOf(parts) })
      .where('id', '=', id)
      .execute()
    await parts.audit.append(tx, 'zone_removed', { zoneId: id })
  })

/** A door leads into one zone. Throws `not_found` for a device of another shop, or of another kind. */
export async function setDoor(
  parts: AdmissionParts,
  zone: Pick<ZoneRow, 'id' | 'shop_id'>,
  deviceId: string,
  direction: 'in' | 'out' | null,
): Promise<void> {
  const device = await parts.devices.find(deviceId)
  if (device === null || device.shopId !== zone.shop_id || (device.kind !== 'door' && device.kind !== 'gate')) {
    throw new Failure('not_found')
  }
  await withTransaction(parts.db, async (tx) => {
    if (direction === null) {
      await tx.deleteFrom('admission_door').where('device_id', '=', deviceId).where('zone_id', '=', zone.id).execute()
    } else {
      await tx
        .insertInto('admission_door')
        .values({ device_id: deviceId, zone_id: zone.id, direction })
        .onConflict((conflict) => conflict.column('device_id').doUpdateSet({ zone_id: zone.id, direction }))
        .execute()
    }
    await parts.audit.append(tx, 'zone_door_set', { zoneId: zone.id, deviceId, direction })
  })
}

export async function listGrants(tx: Tx, zoneId: string): Promise<ZoneGrant[]> {
  const rows = await tx
    .selectFrom('admission_grant')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .orderBy('created_at', 'desc')
    .limit(1_000)
    .execute()
  return rows.map((row) => ({
    shopperRef: row.shopper_ref,
    label: row.label,
    from: row.valid_from?.toISOString() ?? null,
    to: row.valid_to?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  }))
}

export const grant = (parts: AdmissionParts, zoneId: string, wish: ZoneGrantCreate): Promise<void> =>
  withTransaction(parts.db, async (tx) => {
    const columns = {
      label: wish.label,
      valid_from: wish.from === undefined ? null : new Date(wish.from),
      valid_to: wish.to === undefined ? null : new Date(wish.to),
    }
    await tx
      .insertInto('admission_grant')
      .values({ zone_id: zoneId, shopper_ref: wish.shopperRef, ...columns, created_at: nowOf(parts) })
      .onConflict((conflict) => conflict.columns(['zone_id', 'shopper_ref']).doUpdateSet(columns))
      .execute()
    await parts.audit.append(tx, 'zone_granted', { zoneId, shopperRef: wish.shopperRef })
  })

export const withdraw = (parts: AdmissionParts, zoneId: string, shopperRef: string): Promise<void> =>
  withTransaction(parts.db, async (tx) => {
    await tx.deleteFrom('admission_grant').where('zone_id', '=', zoneId).where('shopper_ref', '=', shopperRef).execute()
    await parts.audit.append(tx, 'zone_grant_withdrawn', { zoneId, shopperRef })
  })

const viewTicket = (row: TicketRow): AdmissionTicket => ({
  id: row.id,
  zoneId: row.zone_id,
  reference: row.reference,
  validFrom: row.valid_from.toISOString(),
  validTo: row.valid_to.toISOString(),
  admits: row.admits,
  used: row.used,
  shopperRef: row.shopper_ref,
  cancelledAt: row.cancelled_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
})

/** The seller's number makes one ticket, however often it is asked for. Throws `idempotency_key_conflict` for another ticket of that number. */
export async function makeTicket(
  parts: AdmissionParts,
  organisationId: string,
  wish: AdmissionTicketCreate,
): Promise<AdmissionTicket> {
  const now = nowOf(parts)
  if (new Date(wish.validTo) <= new Date(wish.validFrom)) {
    throw new Failure('request_malformed', {
      problems: [{ path: 'body/validTo', message: 'lies before its beginning' }],
    })
  }
  const row = {
    id: newId('ticket', now.getTime()),
    organisation_id: organisationId,
    zone_id: wish.zoneId,
    reference: wish.reference,
    valid_from: new Date(wish.validFrom),
    valid_to: new Date(wish.validTo),
    admits: wish.admits ?? 1,
    shopper_ref: wish.shopperRef ?? null,
    cancelled_at: null,
    created_at: now,
  }
  try {
    const made = await parts.db.insertInto('admission_ticket').values(row).returningAll().executeTakeFirstOrThrow()
    return viewTicket(made)
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const before = await parts.db
      .selectFrom('admission_ticket')
      .selectAll()
      .where('organisation_id', '=', organisationId)
      .where('reference', '=', wish.reference)
      .executeTakeFirstOrThrow()
    const same =
      before.zone_id === row.zone_id &&
      before.admits === row.admits &&
      before.valid_from.getTime() === row.valid_from.getTime() &&
      before.valid_to.getTime() === row.valid_to.getTime()
    if (!same) throw new Failure('idempotency_key_conflict')
    return viewTicket(before)
  }
}

/** Lets nobody in any more. Safe to repeat. Throws `not_found`. */
export async function cancelTicket(
  parts: AdmissionParts,
  organisationId: string,
  id: string,
): Promise<AdmissionTicket> {
  const row = await parts.db
    .updateTable('admission_ticket')
    .set((eb) => ({ cancelled_at: eb.fn.coalesce('cancelled_at', eb.val(nowOf(parts))) }))
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) throw new Failure('not_found')
  return viewTicket(row)
}
