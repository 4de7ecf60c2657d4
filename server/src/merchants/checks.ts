import { CHECKS, type CheckItem, type ShopState } from '@paume/contract'
import { toTimestamp } from '../clock.ts'
import { hasSign } from './live.ts'
import type { MerchantPorts } from './ports.ts'
import { type ShopRow, standingOf } from './shop-rows.ts'

/** What has to be done before a shop is live, and how far it is. Staff and a test payment are advice; the rest is needed. */
export async function checksOf(shop: ShopRow, attestedAt: Date | null, ports: MerchantPorts): Promise<CheckItem[]> {
  const [all, paidAt, people] = await Promise.all([
    ports.devices.figures([shop.id]),
    ports.payments.firstPaidAt(shop.id),
    ports.staff.peopleAt(shop.organisation_id, shop.id),
  ])
  const { made, paired, cameras, camerasSeen } = all.get(shop.id) ?? { made: 0, paired: 0, cameras: 0, camerasSeen: 0 }
  const counted = (done: number, of: number) => ({ done: of > 0 && done >= of, count: { done, of } })
  const once = (at: Date | null, done = at !== null) => ({ done, at: at === null ? null : toTimestamp(at) })
  const found: Record<CheckItem['check'], Partial<CheckItem>> = {
    devices_made: { done: made > 0, count: { done: made, of: made } },
    devices_paired: counted(paired, made),
    cameras_seen: counted(camerasSeen, cameras),
    sign_printed: { ...once(shop.sign_printed_at), needed: false },
    sign_attested: once(attestedAt, hasSign(standingOf(shop))),
    test_payment: { ...once(paidAt), needed: false },
    staff_invited: { done: people > 0, count: { done: people, of: 1 }, needed: false },
  }
  return CHECKS.map((check) => ({ check, done: false, needed: true, count: null, at: null, ...found[check] }))
}

/** Whether what the check list needs for this state is done. */
export const mayBecome = (state: ShopState, checks: readonly CheckItem[]): boolean =>
  (state !== 'live' && state !== 'ready') || checks.every(({ needed, done }) => done || !needed)
