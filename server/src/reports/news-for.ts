import { type ConsoleNews, type NewsKind, type Permission, permits } from '@paume/contract'
import type { Staff } from '../routing.ts'
import { worksAt } from '../tenancy.ts'

/** What one must be allowed to read to hear of it. */
const READ_BY: Record<NewsKind, Permission> = {
  hovers: 'overview.read',
  payment: 'payments.read',
  settlement: 'settlements.read',
  dispute: 'payments.read',
  device: 'devices.read',
  shop: 'shops.read',
  organisation: 'shops.read',
  rollout: 'rollout.write',
  gate: 'gates.read',
  admission: 'gates.read',
  webhook: 'webhooks.write',
  person: 'people.read',
  // Who asked hears of the answer, whatever it is about.
  approval: 'news.read',
  review: 'reviews.read',
  notice: 'notices.read',
  limits: 'limits.write',
  session: 'news.read',
}

/** Whether somebody may hear of it: of their organisation, of a shop that they work for, of a kind that they may read. */
export function mayHear(staff: Staff, { kind, organisationId, shopId }: ConsoleNews): boolean {
  if (staff.organisationId !== null && staff.organisationId !== organisationId) return false
  if (shopId !== null && !worksAt(staff, shopId)) return false
  return permits(staff.roles, READ_BY[kind])
}

/** Of one kind in one go more than this is told as "several". */
const MOST_OF_A_KIND = 20

/** Says the same once, and much of one kind as "several". Keeps the order in which things were told last. */
export function gathered(news: readonly ConsoleNews[]): ConsoleNews[] {
  const distinct = [
    ...new Map(news.map((one) => [`${one.kind} ${one.shopId} ${one.organisationId} ${one.id}`, one])).values(),
  ]
  const byKind = Map.groupBy(distinct, ({ kind }) => kind)
  return [...byKind.values()].flatMap((ofKind) => {
    if (ofKind.length <= MOST_OF_A_KIND) return ofKind
    const organisations = new Set(ofKind.map(({ organisationId }) => organisationId))
    const last = ofKind.at(-1)!
    return [{ ...last, id: null, shopId: null, organisationId: organisations.size === 1 ? last.organisationId : null }]
  })
}
