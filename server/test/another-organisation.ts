import type { Device, DeviceKind } from '@paume/contract'
import { withTransaction } from '../src/database.ts'
import { newId } from '../src/ids.ts'
import type { TestHouse } from './harness.ts'
import { post, TestDevice } from './test-device.ts'

export type OtherOrganisation = {
  id: string
  shopId: string
  kiosk: TestDevice
  register: TestDevice
  terminal: TestDevice
}

/** A second organisation in the house, with one shop, a kiosk, and a register that drives a terminal. */
export async function openOrganisation(house: TestHouse, name: string): Promise<OtherOrganisation> {
  const { paume } = house
  const now = Date.now()
  const [id, shopId] = [newId('organisation', now), newId('shop', now)]
  const shop = { id: shopId, name: `${name} 1`, currency: 'USD', languages: ['en'], country: 'US' }
  await withTransaction(paume.database.db, (tx) => paume.merchants.add(tx, { id, name }, [shop]))
  await paume.merchants.setFlash(id, 'off')
  const pair = async (kind: DeviceKind, terminalId?: string) => {
    const made = await paume.devices.create({ kind, shopId, name: `${name} ${kind}`, terminalId })
    const code = await post(`${house.url}/v1/sandbox/devices/${made.id}/pairing-code`, {})
    const device = new TestDevice(house.url, kind)
    const reply = await post<Device>(`${house.url}/v1/pairings/redeem`, {
      code: code.body.pairingCode,
      kind,
      publicKey: device.publicKey,
    })
    if (reply.status !== 200) throw new Error(`pairing failed: ${JSON.stringify(reply.body)}`)
    device.id = reply.body.id
    await device.call('POST', '/v1/devices/self/heartbeat', {
      appVersion: 'test',
      camera: 'synthetic',
      deviceTimeMs: Date.now(),
    })
    return device
  }
  const terminal = await pair('terminal')
  return { id, shopId, terminal, register: await pair('register', terminal.id), kiosk: await pair('kiosk') }
}
