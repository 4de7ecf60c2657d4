import { randomUUID } from 'node:crypto'
import type { Sale, TicketWrite } from '@paume/contract'
import type { TestHouse } from './harness.ts'
import { post, TestDevice } from './test-device.ts'

/** Two sandwiches and a salad at 8 %, a loaf at 2.5 %: 30.20 with the tax in it. */
export const LUNCH: TicketWrite = {
  currency: 'USD',
  taxMode: 'inclusive',
  totalMinor: 3_020,
  lines: [
    { name: 'Cheese sandwich', quantity: 2, unitMinor: 750, taxBasisPoints: 800 },
    { name: 'Garden salad', quantity: 1, unitMinor: 840, taxBasisPoints: 800 },
    { name: 'Sourdough loaf', quantity: 1, unitMinor: 680, taxBasisPoints: 250 },
  ],
  taxes: [
    { taxBasisPoints: 250, netMinor: 663, taxMinor: 17 },
    { taxBasisPoints: 800, netMinor: 2_167, taxMinor: 173 },
  ],
}

/** A request that moves something, under a key of its own unless one is given. */
export const move = (register: TestDevice, path: string, body: object, key: string = randomUUID()) =>
  register.call('POST', path, body, { headers: { 'idempotency-key': key } })

/** Keeps the ticket and takes all of it in cash. */
export async function sellForCash(register: TestDevice, reference: string, ticket = LUNCH): Promise<Sale> {
  await register.call('PUT', `/v1/tickets/${reference}`, ticket)
  const { totalMinor: amountMinor, currency } = ticket
  const { body: sale } = await move(register, '/v1/sales', { amountMinor, currency, reference })
  const { body } = await move(register, `/v1/sales/${sale.id}/other-tenders`, { kind: 'cash', amountMinor })
  return body
}

/** One more register in the shop of this one. */
export async function registerBeside(house: TestHouse, register: TestDevice): Promise<TestDevice> {
  const { shop } = await house.paume.devices.describe(register.id)
  const { id } = await house.paume.devices.create({ kind: 'register', shopId: shop.id, name: 'Second register' })
  const { body } = await post<{ pairingCode: string }>(`${house.url}/v1/sandbox/devices/${id}/pairing-code`, {})
  const device = new TestDevice(house.url, 'register')
  const redeem = { code: body.pairingCode, kind: 'register', publicKey: device.publicKey }
  device.id = (await post<{ id: string }>(`${house.url}/v1/pairings/redeem`, redeem)).body.id
  return device
}
