import { randomUUID } from 'node:crypto'
import { MAX_PARKED } from '@paume/contract'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startHouse, type TestHouse } from './harness.ts'
import type { TestDevice } from './test-device.ts'
import { registerBeside } from './till-desk.ts'

let house: TestHouse
let register: TestDevice
let second: TestDevice
let elsewhere: TestDevice
beforeAll(async () => {
  house = await startHouse()
  register = await house.pair('register')
  second = await registerBeside(house, register)
  elsewhere = await house.pair('register', 1)
})
afterAll(() => house.stop())

const BASKET = { lines: [{ item: 'tea', name: 'Mint tea', quantity: 2, unitMinor: 320, taxBasisPoints: 800 }] }
const park = (id: string, body: object = BASKET) => register.call('PUT', `/v1/parked/${id}`, body)
const take = (till: TestDevice, id: string, claim: string = randomUUID()) =>
  till.call('POST', `/v1/parked/${id}/take`, { claim })
const waiting = async (till: TestDevice) =>
  (await till.call('GET', '/v1/parked')).body.baskets.map(({ id }: { id: string }) => id)

it('another register of the shop takes up what one has parked; no other shop sees it', async () => {
  const id = randomUUID()
  const parked = await park(id)
  expect(parked.body).toMatchObject({ id, ...BASKET, here: true })
  expect((await park(id)).body).toEqual(parked.body)
  const dearer = { lines: [{ ...BASKET.lines[0], unitMinor: 330 }] }
  expect((await park(id, dearer)).body.code).toBe('idempotency_key_conflict')
  expect((await second.call('GET', '/v1/parked')).body.baskets).toMatchObject([{ id, here: false }])
  expect(await waiting(elsewhere)).toEqual([])
  expect((await take(elsewhere, id)).body.code).toBe('not_found')
  expect((await take(second, id)).body.lines).toEqual(BASKET.lines)
  expect(await waiting(register)).toEqual([])
  expect((await park(randomUUID(), { lines: [] })).body.code).toBe('request_malformed')
})

it('of two that recall at once one wins and the other is told; a lost reply is asked for again', async () => {
  const id = randomUUID()
  await park(id)
  const claims = [randomUUID(), randomUUID()]
  const replies = await Promise.all([take(register, id, claims[0]), take(second, id, claims[1])])
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 409])
  const winner = replies[0]!.status === 200 ? 0 : 1
  expect(replies[1 - winner]!.body.code).toBe('parked_taken')
  const tills = [register, second]
  expect((await take(tills[winner]!, id, claims[winner])).body.lines).toEqual(BASKET.lines)
  expect((await take(tills[winner]!, id)).body.code).toBe('parked_taken')
  // A register that lost the reply of its parking says it again: the basket does not come back.
  expect((await park(id)).status).toBe(200)
  expect(await waiting(register)).toEqual([])
})

it('holds as many as a shop may have, and more once some are taken up', async () => {
  const ids = Array.from({ length: MAX_PARKED }, () => randomUUID())
  for (const id of ids) expect((await park(id)).status).toBe(200)
  expect((await park(randomUUID())).body.code).toBe('parked_full')
  await take(second, ids[0]!)
  expect((await park(randomUUID())).status).toBe(200)
  expect(await waiting(register)).toHaveLength(MAX_PARKED)
})
