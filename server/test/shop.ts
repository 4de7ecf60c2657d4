import { afterAll, expect } from 'vitest'
import { type HouseOptions, startHouse } from './harness.ts'
import { ledgerSum } from './sale.ts'

/**
 * A house with a register and a terminal of its first shop, for all stories of a file. It is closed after the last of them, when its
 * books must come to zero.
 */
export async function openShop(options?: HouseOptions) {
  const house = await startHouse(options)
  afterAll(async () => {
    try {
      expect(await ledgerSum(house)).toBe(0n)
    } finally {
      await house.stop()
    }
  })
  return { house, register: await house.pair('register'), terminal: await house.pair('terminal') }
}
