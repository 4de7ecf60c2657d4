import { randomUUID } from 'node:crypto'
import { sealCapture } from '@paume/camera/seal'
import {
  createDeviceKey,
  type DeviceApi,
  type DeviceKey,
  isActive,
  isPaumeError,
  openDevice,
  openPublic,
} from '@paume/client'
import type { Device, Payment } from '@paume/contract'

/** One lane of a shop: a till and the terminal beside it. Its keys outlive the server, as a browser's do. */
export type Lane = { shopId: string; register: LaneDevice; terminal: LaneDevice }
export type LaneDevice = { device: Device; key: DeviceKey }
export type Frame = { bytes: Uint8Array; offsetMs: number; type: 'image/jpeg' | 'image/png' | 'image/webp' }

/** One sale as the till knows it. What it was told is held against the books afterwards. */
export type Sale = {
  reference: string
  key: string
  refundKey: string
  amountMinor: number
  /** Set when a refund was asked for, whether or not an answer came. */
  refundMinor: number
  /** The newest payment the till was told of. */
  told: Payment | null
}

/** A till that must notice at once when the server is gone. */
const NO_RETRY = { tries: 1, firstWaitMs: 0, longestWaitMs: 0 }
/** One sale in this many is refunded in part. */
const REFUND_ONE_IN = 3

const open = (baseUrl: string, { device, key }: LaneDevice): DeviceApi =>
  openDevice({ baseUrl, deviceId: device.id, key, retry: NO_RETRY })

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

/** The operator's word that the demo's organisation does without flashes. */
export async function doWithoutFlash(baseUrl: string, operatorToken: string): Promise<void> {
  const [device] = await openPublic({ baseUrl }).sandbox.devices()
  const reply = await fetch(`${baseUrl}/v1/organisations/${device.organisation.id}/flash`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ flash: 'off' }),
  })
  if (!reply.ok) throw new Error(`The policy could not be set: ${reply.status} ${await reply.text()}`)
}

export async function makeLane(baseUrl: string, operatorToken: string, shopId: string, name: string): Promise<Lane> {
  const terminal = await makeDevice(baseUrl, operatorToken, { kind: 'terminal', shopId, name: `${name} terminal` })
  const tied = { kind: 'register', shopId, name: `${name} till`, terminalId: terminal.device.id }
  return { shopId, terminal, register: await makeDevice(baseUrl, operatorToken, tied) }
}

/** Sells until the server is gone. Every sale begun is in `sales`, whatever became of it. */
export async function sellUntilGone(baseUrl: string, lane: Lane, burst: () => Frame[], sales: Sale[]): Promise<void> {
  const till = open(baseUrl, lane.register)
  const terminal = open(baseUrl, lane.terminal)
  try {
    await terminal.device.heartbeat({ appVersion: 'kill-burst', camera: 'synthetic' })
    for (;;) {
      const sale: Sale = {
        reference: `burst-${randomUUID()}`,
        key: randomUUID(),
        refundKey: randomUUID(),
        amountMinor: 100 + Math.floor(Math.random() * 5_000),
        refundMinor: 0,
        told: null,
      }
      sales.push(sale)
      await sell(till, terminal, lane, burst(), sale)
    }
  } catch (error) {
    // A refusal would be a finding; a connection that breaks is what this is about.
    if (isPaumeError(error) && error.status < 500) throw error
  }
}

async function sell(till: DeviceApi, terminal: DeviceApi, lane: Lane, frames: Frame[], sale: Sale): Promise<void> {
  const { amountMinor, reference, key } = sale
  const request = { amountMinor, currency: lane.register.device.shop.currency, reference }
  const handle = await till.payments.create(lane.terminal.device.id, request, { idempotencyKey: key })
  sale.told = handle.payment
  sale.told = await terminal.terminal.presented(handle.id)
  const challenge = await terminal.terminal.challenge(handle.id)
  const sealed = await sealCapture(
    challenge,
    frames.map((frame) => ({ ...frame, screenColour: null })),
    { deviceId: terminal.deviceId, hand: challenge.hand, capturedAtMs: Date.now() },
  )
  const { payment } = await terminal.terminal.hover(handle.id, challenge.captureId, sealed)
  sale.told = payment
  if (isActive(payment)) sale.told = await till.payments.cancel(handle.id)
  if (payment.state === 'approved' && Math.random() < 1 / REFUND_ONE_IN) {
    sale.refundMinor = Math.ceil(amountMinor / 2)
    sale.told = await till.payments.refund(
      handle.id,
      { amountMinor: sale.refundMinor },
      { idempotencyKey: sale.refundKey },
    )
  }
}

const WAIT_MS = 60_000

/** Nothing about it can change any more without somebody asking: that is when a till prints and forgets. */
const settled = (payment: Payment) =>
  !isActive(payment) &&
  payment.state !== 'unknown' &&
  (payment.state !== 'approved' || payment.capturedMinor > 0) &&
  payment.refunds.every((refund) => refund.state !== 'pending')

/** Waits until a payment is settled; cancels it when it still waits for a hand. */
async function settle(till: DeviceApi, begun: Payment): Promise<Payment> {
  const giveUpAt = Date.now() + WAIT_MS
  let payment = begun
  while (!settled(payment)) {
    if (Date.now() > giveUpAt) throw new Error(`${payment.id} is ${payment.state} and stays so`)
    if (isActive(payment) && payment.state !== 'authorising') payment = await till.payments.cancel(payment.id)
    if (settled(payment)) break
    await new Promise((resolve) => setTimeout(resolve, 250))
    payment = await till.payments.get(payment.id)
  }
  return payment
}

/**
 * What a till does after a crash with every sale of that burst: looks it up by its own reference; cancels what still waits for a
 * hand; waits for what is under way; asks again, with the key it had, for a refund that got no answer.
 */
export async function recover(baseUrl: string, lane: Lane, sales: Sale[]): Promise<void> {
  const till = openDevice({ baseUrl, deviceId: lane.register.device.id, key: lane.register.key })
  const terminal = openDevice({ baseUrl, deviceId: lane.terminal.device.id, key: lane.terminal.key })
  await terminal.device.heartbeat({ appVersion: 'kill-burst', camera: 'synthetic' })
  for (const sale of sales) {
    const found = await till.payments.byReference(sale.reference)
    // Our request never arrived, or its payment was never written: the key is still free, and asking again makes the first one.
    let payment = await settle(till, found[0] ?? (await askAgain(till, lane, sale)))
    if (sale.refundMinor > 0) {
      const options = { idempotencyKey: sale.refundKey }
      await till.payments.refund(payment.id, { amountMinor: sale.refundMinor }, options)
      payment = await settle(till, await till.payments.get(payment.id))
    }
    sale.told = payment
  }
}

async function askAgain(till: DeviceApi, lane: Lane, { amountMinor, reference, key }: Sale): Promise<Payment> {
  const request = { amountMinor, currency: lane.register.device.shop.currency, reference }
  return (await till.payments.create(lane.terminal.device.id, request, { idempotencyKey: key })).payment
}
