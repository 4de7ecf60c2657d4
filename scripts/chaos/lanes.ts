import { createDeviceKey, type DeviceApi, type DeviceKey, openDevice, openPublic } from '@paume/client'
import type { Device } from '@paume/contract'

/** One lane of a shop: a till and the terminal beside it. Its keys outlive the server, as a browser's do. */
export type Lane = { shopId: string; register: LaneDevice; terminal: LaneDevice }
export type LaneDevice = { device: Device; key: DeviceKey }
export type Frame = { bytes: Uint8Array; offsetMs: number; type: 'image/jpeg' | 'image/png' | 'image/webp' }
export type OpenLane = { till: DeviceApi; terminal: DeviceApi }

/** Notices at once when the server is gone: the till's own recovery is what is looked at, not the client's. */
const NO_RETRY = { tries: 1, firstWaitMs: 0, longestWaitMs: 0 }

export function openLane(baseUrl: string, lane: Lane): OpenLane {
  const open = ({ device, key }: LaneDevice) => openDevice({ baseUrl, deviceId: device.id, key, retry: NO_RETRY })
  return { till: open(lane.register), terminal: open(lane.terminal) }
}

async function makeDevice(baseUrl: string, operatorToken: string, body: object): Promise<LaneDevice> {
  const reply = await fetch(`${baseUrl}/v1/devices`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (reply.status !== 201) throw new Error(`A device could not be made: ${reply.status} ${await reply.text()}`)
  const made = (await reply.json()) as { device: Device; pairingCode: string }
  const key = await createDeviceKey()
  const device = await openPublic({ baseUrl }).pairing.redeem(made.pairingCode, made.device.kind, key.publicKey)
  return { device, key }
}

/** More than anything here comes to: limits are looked at as always, and stand in nobody's way. */
const HIGH_MINOR = 100_000_000
const OFTEN = 1_000_000

/**
 * The operator's word for a shop that sells all day to a few people: no flashes, since the same pictures are sent over and over, and
 * limits that are never reached.
 */
export async function openForDrills(baseUrl: string, operatorToken: string): Promise<void> {
  const [device] = await openPublic({ baseUrl }).sandbox.devices()
  const organisation = `${baseUrl}/v1/organisations/${device.organisation.id}`
  const headers = { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' }
  const say = async (method: string, url: string, words: object) => {
    const reply = await fetch(url, { method, headers, body: JSON.stringify(words) })
    if (!reply.ok) throw new Error(`The policy could not be set: ${reply.status} ${await reply.text()}`)
  }
  await say('POST', `${organisation}/flash`, { flash: 'off' })
  await say('PUT', `${organisation}/limits/${device.shop.currency}`, {
    chargeMinor: HIGH_MINOR,
    stepUpAboveMinor: null,
    shopperDayMinor: HIGH_MINOR,
    merchantDayMinor: null,
    shopperPerHour: OFTEN,
    cardPerHour: OFTEN,
    terminalPerHour: OFTEN,
  })
}

export async function makeLane(baseUrl: string, operatorToken: string, shopId: string, name: string): Promise<Lane> {
  const terminal = await makeDevice(baseUrl, operatorToken, { kind: 'terminal', shopId, name: `${name} terminal` })
  const tied = { kind: 'register', shopId, name: `${name} till`, terminalId: terminal.device.id }
  return { shopId, terminal, register: await makeDevice(baseUrl, operatorToken, tied) }
}
