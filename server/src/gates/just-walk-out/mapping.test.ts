import { describe, expect, it } from 'vitest'
import { identityKeyOf, linesOf, sessionOfKey, sessionOfTrip } from './mapping.ts'
import type { PurchaseItem, PurchaseRequest } from './wire.ts'

const SESSION = 'gse_01KAPAVME0000000000000ABCD'
const priceOf = async ({ id }: PurchaseItem) => (id.startsWith('SKU') ? { name: 'Apples', unitMinor: 399 } : null)
const item = (id: string, value: string, unit = 'unit', more = {}): PurchaseItem => ({
  id,
  type: 'SKU',
  quantity: { value, unit },
  ...more,
})
const trip = (ids: (string | undefined)[], endTime = '2026-11-24T10:09:39Z') =>
  ({
    shoppingTrip: {
      startTime: '2026-11-24T10:00:00Z',
      endTime,
      authEvents: ids.map((id) => ({ id: 'event', scanResult: { id, type: 'SHOPPER' } })),
    },
  }) as unknown as PurchaseRequest

describe('the identity key', () => {
  it('is base64 of a visit, and of nothing else', () => {
    expect(sessionOfKey(identityKeyOf(SESSION))).toBe(SESSION)
    for (const other of ['', 'hello', Buffer.from('pay_01KAPAVME0000000000000ABCD').toString('base64')]) {
      expect(sessionOfKey(other)).toBeNull()
    }
  })
})

describe('a delivered cart', () => {
  it('is priced by the shop, pieces counted and weights weighed', async () => {
    const lines = await linesOf(
      [item('SKU-1', '2.0'), item('SKU-1', '1.0'), item('SKU-2', '0.755', 'kilogram')],
      priceOf,
    )
    expect(lines).toEqual([
      { sku: 'SKU-1', name: 'Apples', quantity: 3, unitMinor: 399 },
      { sku: 'SKU-2 0.755 kilogram', name: 'Apples 0.755 kilogram', quantity: 1, unitMinor: 301 },
    ])
    expect(await linesOf([], priceOf)).toEqual([])
  })
  it.each([
    [[item('UNKNOWN', '1.0')]],
    [[item('SKU-1', 'many')]],
    [[item('SKU-1', '0.0')]],
    [[item('SKU-1', '-1')]],
    [[item('SKU-1', '1.0', 'unit', { lineItemId: 'a' }), item('SKU-2', '1.0', 'unit', { lineItemId: 'a' })]],
  ])('is refused when it is none', async (items) => {
    await expect(linesOf(items, priceOf)).rejects.toMatchObject({ code: 'request_malformed' })
  })
  it('belongs to the one visit that its entry names', () => {
    expect(sessionOfTrip(trip([SESSION, SESSION, undefined]))).toBe(SESSION)
    expect(() => sessionOfTrip(trip([undefined]))).toThrow()
    expect(() => sessionOfTrip(trip([SESSION, 'gse_01KAPAVME0000000000000ABCE']))).toThrow()
    expect(() => sessionOfTrip(trip([SESSION], '2026-11-24T09:00:00Z'))).toThrow()
  })
})
