import { isPaumeError, openPublic } from '@paume/client'
import type { Enrolment, HandSide } from '@paume/contract'
import type { DemoPalm, DemoPerson } from './people.ts'
import { type DemoShop, seal } from './shop.ts'

/** The sandbox card that always pays. */
export const CARD = { number: '4242424242424242', expiryMonth: 12, expiryYear: 2034, cvc: '123' }
/** 555-01xx in area 201 is kept free for fiction, with 100 numbers; the area code counts on from there. */
const phoneOf = (index: number) => `+1${201 + Math.floor(index / 100)}55501${String(index % 100).padStart(2, '0')}`

export type Enrolled = {
  pseudonym: string | null
  phone: string
  /** Palms that are registered, by their name in the data set. */
  palms: string[]
  failed: string[]
  /** Why, as the kiosk would say it. */
  reasons: string[]
  /** From the first request to the last one, without drawing or reading pictures, ms. */
  ms: number
}

const OTHER: Record<HandSide, HandSide> = { L: 'R', R: 'L' }

/** Sends the bursts of one palm until it is complete. Where the side is unknown, the first picture's own side is taken. */
async function enrolPalm(shop: DemoShop, enrolmentId: string, palm: DemoPalm, reasons: string[]): Promise<boolean> {
  const { api } = shop.kiosk
  let hand: HandSide = palm.hand ?? 'R'
  let sideKnown = palm.hand !== null
  let enrolment: Enrolment | null = null
  const send = async (burst: DemoPalm['enrol'][number]) => {
    const challenge = await api.enrolments.challenge(enrolmentId, hand)
    const sealed = await seal(shop.kiosk, challenge, burst)
    const result = await api.enrolments.capture(enrolmentId, challenge.captureId, sealed)
    enrolment = result.enrolment
    return result
  }
  for (const burst of palm.enrol) {
    let result = await send(burst)
    if (!sideKnown && result.guidance.some(({ code }) => code === 'wrong_hand')) {
      hand = OTHER[hand]
      result = await send(burst)
    }
    if (result.accepted > 0) sideKnown = true
    else reasons.push(`${palm.palm}: ${result.guidance.map(({ code }) => code).join(', ')}`)
  }
  const progress = (enrolment as Enrolment | null)?.palms[hand]
  return progress !== undefined && progress.goodFrames >= progress.needed
}

/** Notes the time that drawing or reading the pictures takes, which no kiosk would spend. */
const timed = (palm: DemoPalm, onTaken: (ms: number) => void): DemoPalm => ({
  ...palm,
  enrol: palm.enrol.map((burst) => async (flash) => {
    const startMs = performance.now()
    const frames = await burst(flash)
    onTaken(performance.now() - startMs)
    return frames
  }),
})

/** Registers one person through the API, as the kiosk does. Ends the registration when no palm is good enough. */
export async function enrolPerson(
  shop: DemoShop,
  baseUrl: string,
  person: DemoPerson,
  index: number,
  card: typeof CARD = CARD,
): Promise<Enrolled> {
  const { enrolments } = shop.kiosk.api
  const phone = phoneOf(index)
  const reasons: string[] = []
  let takingMs = 0
  const palmsShown = person.palms.map((palm) =>
    timed(palm, (ms) => {
      takingMs += ms
    }),
  )
  const startMs = performance.now()
  let enrolment = await enrolments.start('en')
  const { id } = enrolment
  enrolment = await enrolments.consent(id, enrolment.texts.consent)
  enrolment = await enrolments.phone(id, phone)
  if (!enrolment.sandboxPhoneCode) throw new Error('The server is no sandbox: it shows no phone code.')
  await enrolments.phoneCode(id, enrolment.sandboxPhoneCode)
  const setup = await enrolments.cardSetup(id)
  await openPublic({ baseUrl }).sandbox.confirmCard(setup, card)
  enrolment = await enrolments.card(id, setup.setupId)
  await enrolments.terms(id, enrolment.texts.terms)

  const palms: string[] = []
  const failed: string[] = []
  for (const palm of palmsShown) {
    if (palm.enrol.length === 0) continue
    const good = await enrolPalm(shop, id, palm, reasons)
    ;(good ? palms : failed).push(palm.palm)
  }
  const ms = () => performance.now() - startMs - takingMs
  const none = () => ({ pseudonym: null, phone, palms: [], failed: [...failed, ...palms], reasons, ms: ms() })
  if (palms.length === 0) {
    await enrolments.end(id)
    return none()
  }
  try {
    const done = await enrolments.complete(id, { onePalm: palms.length === 1 })
    return { pseudonym: done.receipt?.pseudonym ?? null, phone, palms, failed, reasons, ms: ms() }
  } catch (error) {
    if (!isPaumeError(error)) throw error
    reasons.push(error.code)
    await enrolments.end(id)
    return none()
  }
}
