import type { Devices } from './devices/service.ts'
import { Failure } from './failure.ts'
import type { Captures } from './identity/captures.ts'
import type { Merchants, Shop } from './merchants/service.ts'

/** Throws `shop_not_live` while devices of a shop may serve nobody. */
export function requireLive(shop: Pick<Shop, 'notLive'> | null): void {
  if (shop !== null && shop.notLive !== null) throw new Failure('shop_not_live', { detail: shop.notLive })
}

/** What is known of a device's shop holds for so long, ms. Only "it may" is kept: who was just attested must not wait. */
const FRESH_MS = 2_000
const MOST_KEPT = 10_000

/** Captures of shops that may serve, and of no other: before its sign hangs, no camera there is asked for a picture. */
export function servingOnly(
  captures: Captures,
  { merchants, devices }: { merchants: Pick<Merchants, 'shop'>; devices: Pick<Devices, 'find'> },
): Captures {
  const servedAt = new Map<string, number>()
  const check = async (deviceId: string) => {
    const seenAt = servedAt.get(deviceId)
    if (seenAt !== undefined && performance.now() - seenAt < FRESH_MS) return
    const device = await devices.find(deviceId)
    requireLive(device === null ? null : await merchants.shop(device.shop_id))
    if (servedAt.size >= MOST_KEPT) servedAt.clear()
    servedAt.set(deviceId, performance.now())
  }
  return {
    ...captures,
    async issue(capture) {
      await check(capture.deviceId)
      return captures.issue(capture)
    },
  }
}
