import { sealCapture } from '@paume/camera/seal'
import { createDeviceKey, type DeviceApi, openDevice, openPublic } from '@paume/client'
import type { CaptureChallenge, Device, DeviceKind, HoverResult, Payment } from '@paume/contract'
import type { Burst } from './people.ts'

/** Well under the 45 s after which a terminal that was not heard of counts as offline. */
const HEARTBEAT_EVERY_MS = 15_000

export type DemoDevice = { api: DeviceApi; device: Device }
export type DemoShop = { kiosk: DemoDevice; terminal: DemoDevice; register: DemoDevice; close(): void }

/** Pairs one of the sandbox's demo devices of this kind with a key of our own. */
async function pair(baseUrl: string, kind: DeviceKind): Promise<DemoDevice> {
  const open = openPublic({ baseUrl })
  const waiting = (await open.sandbox.devices()).find((device) => device.kind === kind)
  if (!waiting) throw new Error(`The sandbox has no demo device of kind ${kind}.`)
  const { pairingCode } = await open.sandbox.pairingCode(waiting.id)
  const key = await createDeviceKey()
  const device = await open.pairing.redeem(pairingCode, kind, key.publicKey)
  return { api: openDevice({ baseUrl, deviceId: device.id, key }), device }
}

export async function openShop(baseUrl: string): Promise<DemoShop> {
  const kiosk = await pair(baseUrl, 'kiosk')
  const terminal = await pair(baseUrl, 'terminal')
  const register = await pair(baseUrl, 'register')
  const beat = () => terminal.api.device.heartbeat({ appVersion: 'demo', camera: 'unused' })
  await beat()
  const timer = setInterval(() => beat().catch(() => {}), HEARTBEAT_EVERY_MS)
  return { kiosk, terminal, register, close: () => clearInterval(timer) }
}

/** Takes a burst under the colours of a challenge and seals it. */
export async function seal(
  device: DemoDevice,
  challenge: CaptureChallenge,
  burst: Burst,
): Promise<Uint8Array<ArrayBuffer>> {
  const taken = await burst(challenge.flash)
  const frames = taken.map((frame, i) => ({ ...frame, screenColour: challenge.flash?.[i] ?? null }))
  const context = { deviceId: device.device.id, hand: challenge.hand, capturedAtMs: Date.now() }
  // A data set's picture is a burst of one; a server that measures stills takes it, every other refuses it.
  return sealCapture(challenge, frames, { ...context, fewestFrames: 1 })
}

export type Hovered = { payment: Payment; result: HoverResult; ms: number }

/** One sale: the register asks, the terminal shows, a hand hovers. `ms` is what the shopper waits for: seal, send, decide, charge. */
export async function payByHover(
  shop: DemoShop,
  burst: Burst,
  amountMinor: number,
  reference: string,
): Promise<Hovered> {
  const { register, terminal } = shop
  const sale = { amountMinor, currency: register.device.shop.currency, reference }
  const handle = await register.api.payments.create(terminal.device.id, sale)
  await terminal.api.terminal.presented(handle.id)
  const challenge = await terminal.api.terminal.challenge(handle.id)
  const frames = await burst(challenge.flash)
  const startedAtMs = performance.now()
  const sealed = await seal(terminal, challenge, async () => frames)
  const result = await terminal.api.terminal.hover(handle.id, challenge.captureId, sealed)
  const ms = performance.now() - startedAtMs
  let payment = result.payment
  // One picture is one hover: a second try or a second palm would be another picture.
  if (payment.state === 'presented') payment = await register.api.payments.cancel(handle.id)
  return { payment, result, ms }
}
