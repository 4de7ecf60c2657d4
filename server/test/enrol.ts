import { sealCapture } from '@paume/camera/seal'
import type { CaptureChallenge, Enrolment, HandSide } from '@paume/contract'
import { SEALED_CAPTURE_TYPE } from '@paume/contract'
import type { Paume } from '../src/wiring.ts'
import { post, type Reply, type TestDevice } from './test-device.ts'

export type Burst = (hand: HandSide) => readonly Uint8Array[]

/** A card number that is approved. */
export const APPROVED = '4242424242424242'

let lastPhone = 0
/** A new valid US mobile number each time. */
export const newPhone = (): string => `+1415${5_550_000 + 1 + ((lastPhone++ * 7 + process.pid * 131) % 9_998)}`

/** Seals frames for a challenge as a device does: under its colours, one frame each; frames are shown again where there are too few. */
export function seal(
  device: TestDevice,
  challenge: CaptureChallenge,
  frames: readonly Uint8Array[],
  type = 'image/jpeg',
) {
  const colours = challenge.flash ?? frames.map(() => null)
  const toSeal = colours.map((screenColour, i) => ({
    bytes: frames[i % frames.length],
    type: type as 'image/jpeg',
    offsetMs: i * 120,
    screenColour,
  }))
  return sealCapture(challenge, toSeal, { deviceId: device.id, hand: challenge.hand, capturedAtMs: Date.now() })
}

export const sendSealed = (device: TestDevice, path: string, sealed: Uint8Array): Promise<Reply> =>
  device.call('POST', path, sealed, { contentType: SEALED_CAPTURE_TYPE })

function must<T>(reply: Reply<T>): T {
  if (reply.status >= 300) throw new Error(`${reply.status} ${JSON.stringify(reply.body)}`)
  return reply.body
}

/** A registration up to the palms: language, consent, phone, code, card, terms. */
export async function enrolToPalms(
  kiosk: TestDevice,
  options: { phone?: string; card?: string } = {},
): Promise<Enrolment> {
  const begun = must(await kiosk.call<Enrolment>('POST', '/v1/enrolments', { language: 'en' }))
  const path = `/v1/enrolments/${begun.id}`
  const agreeTo = ({ sha256, version, language }: Enrolment['texts']['consent']) => ({
    sha256,
    version,
    language,
    agreed: true,
  })
  must(await kiosk.call('POST', `${path}/consent`, agreeTo(begun.texts.consent)))
  const asked = must(await kiosk.call<Enrolment>('POST', `${path}/phone`, { phone: options.phone ?? newPhone() }))
  must(await kiosk.call('POST', `${path}/phone-code`, { code: asked.sandboxPhoneCode }))
  const setup = must(await kiosk.call('POST', `${path}/card-setup`))
  const card = { number: options.card ?? APPROVED, expiryMonth: 12, expiryYear: 2040, cvc: '123' }
  must(await post(new URL(setup.confirmUrl, kiosk.url).href, { clientSecret: setup.clientSecret, ...card }))
  must(await kiosk.call('POST', `${path}/card`, { setupId: setup.setupId }))
  return must(await kiosk.call<Enrolment>('POST', `${path}/terms`, agreeTo(begun.texts.terms)))
}

/** Who came of a registration, by the network's own identifier: no device hears it. */
export async function shopperOf(
  { paume }: { paume: Pick<Paume, 'database'> },
  { id }: Pick<Enrolment, 'id'>,
): Promise<string> {
  const { db } = paume.database
  const row = await db.selectFrom('enrolments').select('shopper_id').where('id', '=', id).executeTakeFirstOrThrow()
  return row.shopper_id!
}

/** One capture of one hand, as it is answered. */
export async function captureHand(kiosk: TestDevice, id: string, hand: HandSide, frames: readonly Uint8Array[]) {
  const challenge = must(await kiosk.call<CaptureChallenge>('POST', `/v1/enrolments/${id}/challenges`, { hand }))
  const sealed = await seal(kiosk, challenge, frames)
  return sendSealed(kiosk, `/v1/enrolments/${id}/captures/${challenge.captureId}`, sealed)
}

/** A whole registration through the API; answers the reply to its completion. */
export async function enrol(
  kiosk: TestDevice,
  burst: Burst,
  options: { phone?: string; card?: string } = {},
): Promise<Reply<Enrolment>> {
  const { id } = await enrolToPalms(kiosk, options)
  for (const hand of ['L', 'R'] as const) must(await captureHand(kiosk, id, hand, burst(hand)))
  return kiosk.call<Enrolment>('POST', `/v1/enrolments/${id}/complete`)
}
