import type { Admission, AdmissionDenial } from '@paume/contract'
import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import { type Tx, withTransaction } from '../database.ts'
import { newId } from '../ids.ts'
import { isOpen } from './hours.ts'
import { type AdmissionParts, type DoorDevice, nowOf } from './ports.ts'
import type { AdmissionTables } from './tables.ts'

type ZoneRow = Selectable<AdmissionTables['admission_zone']>
type TicketRow = Selectable<AdmissionTables['admission_ticket']>

/** How long a door that was opened stays open, ms. */
export const OPEN_MS = 5_000
const MINUTE_MS = 60_000

/** Who stands at the door: somebody identity knows, or a hand that was not recognised. */
export type AtDoor = {
  door: DoorDevice
  who: { kind: 'known'; shopperId: string } | { kind: 'unknown'; reason: AdmissionDenial }
  /** Told beside the hand: a ticket that belongs to nobody yet becomes this palm's. */
  ticketId: string | undefined
  captureId: string
}

type Verdict = { reason: AdmissionDenial | null; ticket: TicketRow | null }
const no = (reason: AdmissionDenial): Verdict => ({ reason, ticket: null })

/** Opens the door, or says why not. Either way it is written down, told outside, and shown to staff. */
export async function decideAdmission(parts: AdmissionParts, at: AtDoor): Promise<Admission> {
  const { door, who } = at
  const frozen = who.kind === 'known' && (await parts.isFrozen(who.shopperId))
  const timeZone = await parts.shops.timeZoneOf(door.shopId)
  const shopperRef = who.kind === 'known' ? parts.pseudonymOf(door.organisationId, who.shopperId) : null
  const { event, verdict } = await withTransaction(parts.db, async (tx) => {
    const now = nowOf(parts)
    const place = await placeOf(tx, door)
    const zone = place?.zone ?? null
    const direction = place?.direction ?? 'in'
    let verdict: Verdict
    if (who.kind === 'unknown') verdict = no(who.reason)
    else if (zone === null) verdict = no('no_zone')
    else if (frozen) verdict = no('palm_frozen')
    else {
      // One decision about a person and a zone at a time: a ticket for one lets one in, at however many doors.
      await sql`select pg_advisory_xact_lock(hashtextextended(${`zone ${zone.id} ${shopperRef}`}, 0))`.execute(tx)
      verdict =
        direction === 'out'
          ? await goOut(tx, zone, shopperRef!)
          : await comeIn(tx, zone, shopperRef!, at.ticketId, timeZone, now)
    }
    const event = {
      id: newId('admission', now.getTime()),
      organisation_id: door.organisationId,
      shop_id: door.shopId,
      zone_id: zone?.id ?? null,
      device_id: door.id,
      direction,
      outcome: verdict.reason === null ? ('granted' as const) : ('denied' as const),
      reason: verdict.reason,
      shopper_ref: shopperRef,
      ticket_id: verdict.ticket?.id ?? null,
      capture_id: at.captureId,
      at: now,
    }
    await tx.insertInto('admission_event').values(event).execute()
    const { capture_id: _, organisation_id: __, ...told } = event
    const type = event.outcome === 'granted' ? 'admission.granted' : 'admission.denied'
    await parts.publish(tx, type, door.organisationId, now, { admission: told })
    return { event, verdict }
  })
  parts.announce({ organisationId: door.organisationId, shopId: door.shopId, id: event.id })
  return {
    outcome: event.outcome,
    guidance: [],
    event: event.id,
    ...(verdict.reason === null ? { openMs: OPEN_MS } : { reason: verdict.reason }),
    ...(shopperRef === null ? {} : { shopperRef }),
  }
}

async function placeOf(tx: Tx, door: DoorDevice): Promise<{ zone: ZoneRow; direction: 'in' | 'out' } | null> {
  const set = await tx.selectFrom('admission_door').selectAll().where('device_id', '=', door.id).executeTakeFirst()
  if (set === undefined) return null
  const zone = await tx
    .selectFrom('admission_zone')
    .selectAll()
    .where('id', '=', set.zone_id)
    .where('shop_id', '=', door.shopId)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  return zone === undefined ? null : { zone, direction: set.direction }
}

/** Nobody is kept in: whoever is known may go out. */
async function goOut(tx: Tx, zone: ZoneRow, shopperRef: string): Promise<Verdict> {
  await tx
    .deleteFrom('admission_presence')
    .where('zone_id', '=', zone.id)
    .where('shopper_ref', '=', shopperRef)
    .execute()
  return { reason: null, ticket: null }
}

async function comeIn(
  tx: Tx,
  zone: ZoneRow,
  shopperRef: string,
  ticketId: string | undefined,
  timeZone: string,
  now: Date,
): Promise<Verdict> {
  if (!isOpen(zone.windows, now, timeZone)) return no('outside_hours')
  const granted = zone.admits === 'anyone' || (await hasGrant(tx, zone, shopperRef, now))
  let ticket: TicketRow | null = null
  if (!granted) {
    if (zone.admits !== 'ticket') return no('no_grant')
    const found = await ticketFor(tx, zone, shopperRef, ticketId, now)
    if (typeof found === 'string') return no(found)
    ticket = found
  }
  const again = await isInside(tx, zone, shopperRef, now)
  // A ticket for several lets the next one in on the same palm.
  if (again && (ticket === null || ticket.admits === 1)) return { reason: 'already_inside', ticket }
  if (ticket !== null) {
    await tx
      .updateTable('admission_ticket')
      .set({ used: ticket.used + 1, shopper_ref: shopperRef })
      .where('id', '=', ticket.id)
      .execute()
  }
  await tx
    .insertInto('admission_presence')
    .values({ zone_id: zone.id, shopper_ref: shopperRef, since: now })
    .onConflict((conflict) => conflict.columns(['zone_id', 'shopper_ref']).doUpdateSet({ since: now }))
    .execute()
  return { reason: null, ticket }
}

/** Anti-passback: came in, did not go out, and not long enough ago. */
async function isInside(tx: Tx, zone: ZoneRow, shopperRef: string, now: Date): Promise<boolean> {
  if (zone.again_after_minutes === null) return false
  const there = await tx
    .selectFrom('admission_presence')
    .select('since')
    .where('zone_id', '=', zone.id)
    .where('shopper_ref', '=', shopperRef)
    .executeTakeFirst()
  if (there === undefined) return false
  // Zero: until they have gone out, however long that takes.
  const afterMs = zone.again_after_minutes * MINUTE_MS
  return afterMs === 0 || now.getTime() - there.since.getTime() < afterMs
}

async function hasGrant(tx: Tx, zone: ZoneRow, shopperRef: string, now: Date): Promise<boolean> {
  const grant = await tx
    .selectFrom('admission_grant')
    .selectAll()
    .where('zone_id', '=', zone.id)
    .where('shopper_ref', '=', shopperRef)
    .executeTakeFirst()
  if (grant === undefined) return false
  return (grant.valid_from === null || grant.valid_from <= now) && (grant.valid_to === null || now < grant.valid_to)
}

/** The ticket that lets this palm in: the one that is shown, or the one that is theirs. */
async function ticketFor(
  tx: Tx,
  zone: ZoneRow,
  shopperRef: string,
  ticketId: string | undefined,
  now: Date,
): Promise<TicketRow | AdmissionDenial> {
  let tickets = tx
    .selectFrom('admission_ticket')
    .selectAll()
    .where('zone_id', '=', zone.id)
    .where('cancelled_at', 'is', null)
    .where('valid_from', '<=', now)
    .where('valid_to', '>', now)
    .orderBy('valid_to')
    .forUpdate()
  tickets = ticketId === undefined ? tickets.where('shopper_ref', '=', shopperRef) : tickets.where('id', '=', ticketId)
  const valid = await tickets.limit(20).execute()
  const mine = valid.filter(({ shopper_ref }) => shopper_ref === null || shopper_ref === shopperRef)
  if (valid.length > 0 && mine.length === 0) return 'ticket_other'
  const unused = mine.find(({ used, admits }) => used < admits)
  return unused ?? (mine.length > 0 ? 'ticket_used' : 'no_ticket')
}
