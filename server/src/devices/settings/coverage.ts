import type { Db, Tx } from '../../database.ts'
import type { FleetPorts } from '../ports.ts'
import { drawOf, HIGHEST_DRAW } from './resolve.ts'

/** A device that a template reaches. `draw`: where it stands in the order of a roll-out. */
export type Covered = { id: string; draw: bigint; lastSeenAt: Date | null }

/** Paired devices that any assignment of the template reaches, in the order in which the roll-out reaches them. */
export async function devicesCoveredBy(
  tx: Db | Tx,
  { brandsOf }: Pick<FleetPorts, 'brandsOf'>,
  rolloutId: string,
  templateId: string,
): Promise<Covered[]> {
  const assigned = await tx
    .selectFrom('device_settings_assignments')
    .select(['scope', 'scope_id'])
    .where('template_id', '=', templateId)
    .execute()
  const template = await tx
    .selectFrom('device_settings_templates')
    .select('organisation_id')
    .where('id', '=', templateId)
    .executeTakeFirstOrThrow()
  const devices = await tx
    .selectFrom('devices')
    .select(['id', 'shop_id', 'last_seen_at'])
    .where('organisation_id', '=', template.organisation_id)
    .where('state', '=', 'paired')
    .execute()
  const of = (scope: string) => new Set(assigned.filter((one) => one.scope === scope).map((one) => one.scope_id))
  const [whole, brands, shops, single] = [of('organisation'), of('brand'), of('shop'), of('device')]
  const shopIds = brands.size === 0 ? [] : [...new Set(devices.map(({ shop_id }) => shop_id))]
  const brandOf = shopIds.length === 0 ? new Map<string, string>() : await brandsOf(shopIds)
  return devices
    .filter(
      ({ id, shop_id }) =>
        whole.size > 0 || single.has(id) || shops.has(shop_id) || brands.has(brandOf.get(shop_id) ?? ''),
    )
    .map(({ id, last_seen_at }) => ({ id, draw: drawOf(rolloutId, id), lastSeenAt: last_seen_at }))
    .sort((one, other) => (one.draw < other.draw ? -1 : 1))
}

/** The draw of the last device that a stage reaches: at least one device, all at 100%. */
export const dueUpTo = (covered: readonly Covered[], percent: number): bigint =>
  percent >= 100 ? HIGHEST_DRAW : (covered[Math.ceil((covered.length * percent) / 100) - 1]?.draw ?? 0n)

/** How long nothing was heard of a device, ms. */
export const silentFor = ({ lastSeenAt }: Covered, now: Date): number =>
  lastSeenAt === null ? Number.POSITIVE_INFINITY : now.getTime() - lastSeenAt.getTime()
