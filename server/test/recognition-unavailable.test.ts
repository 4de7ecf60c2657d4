import type { HoverResult, Payment } from '@paume/contract'
import { GalleryUnavailable } from '@paume/palm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PalmEngine } from '../src/identity/palm-engine.ts'
import { captureHand, enrol, enrolToPalms, sendSealed } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { hover, prepareHover, presentPayment } from './hover-payment.ts'
import { createStandInEngine, standInBurst } from './palm-stand-in.ts'
import type { TestDevice } from './test-device.ts'

let house: TestHouse
let kiosk: TestDevice
let terminal: TestDevice
let register: TestDevice
/** Which part of the recogniser fails now. */
let broken: keyof Pick<PalmEngine, 'analyse' | 'protect' | 'decide' | 'findEnrolled'> | undefined

beforeAll(async () => {
  const engine = createStandInEngine()
  const failing = <K extends NonNullable<typeof broken>>(part: K) =>
    ((...args: never[]) => {
      if (broken === part) throw new GalleryUnavailable('a worker died: secret-cause')
      return (engine[part] as (...args: never[]) => unknown)(...args)
    }) as PalmEngine[K]
  const failable = {
    ...engine,
    analyse: failing('analyse'),
    protect: failing('protect'),
    decide: failing('decide'),
    findEnrolled: failing('findEnrolled'),
  }
  house = await startHouse({ overrides: { engine: failable } })
  kiosk = await house.pair('kiosk')
  terminal = await house.pair('terminal')
  register = await house.pair('register')
})
afterAll(() => house.stop())

const whileBroken = async <T>(part: NonNullable<typeof broken>, work: () => Promise<T>): Promise<T> => {
  broken = part
  try {
    return await work()
  } finally {
    broken = undefined
  }
}
const seen = async (id: string) => (await register.call<Payment>('GET', `/v1/payments/${id}`)).body
const anna = (hand: 'L' | 'R') => standInBurst('anna', hand)

describe('a recogniser that fails', () => {
  beforeAll(async () => {
    expect((await enrol(kiosk, anna)).status).toBe(200)
  })

  it.each(['analyse', 'protect', 'decide'] as const)(
    'costs no hover when %s fails, and the next one pays',
    async (part) => {
      const payment = await presentPayment(register, terminal)
      const lost = await whileBroken(part, () => hover(terminal, payment.id, anna('L')))
      expect([lost.status, (lost.body as { code?: string }).code]).toEqual([503, 'recognition_unavailable'])
      expect(JSON.stringify(lost.body)).not.toContain('secret-cause')
      expect(await seen(payment.id)).toMatchObject({
        state: 'presented',
        hoversLeft: payment.hoversLeft,
        askedHand: null,
      })
      const paid = await hover(terminal, payment.id, anna('L'))
      expect(paid.body.outcome).toBe('approved')
    },
  )

  it('never ends in a decline, however often it fails', async () => {
    const payment = await presentPayment(register, terminal)
    for (let i = 0; i < 4; i++) await whileBroken('decide', () => hover(terminal, payment.id, anna('R')))
    expect(await seen(payment.id)).toMatchObject({ state: 'presented', hoversLeft: payment.hoversLeft })
    expect((await hover(terminal, payment.id, anna('R'))).body.outcome).toBe('approved')
  })

  it('is said once: the same request again hears how the payment stands', async () => {
    const payment = await presentPayment(register, terminal)
    const { path, sealed } = await prepareHover(terminal, payment.id, anna('L'))
    await whileBroken('analyse', () => sendSealed(terminal, path, sealed))
    const again = await sendSealed(terminal, path, sealed)
    expect([again.status, (again.body as HoverResult).outcome]).toEqual([200, 'try_again'])
    await register.call('POST', `/v1/payments/${payment.id}/cancel`)
  })

  it('keeps nothing of a registration, which goes on when it works again', async () => {
    const { id } = await enrolToPalms(kiosk)
    const bruno = (hand: 'L' | 'R') => standInBurst('bruno', hand)
    const lost = await whileBroken('analyse', () => captureHand(kiosk, id, 'L', bruno('L')))
    expect([lost.status, lost.body.code]).toEqual([503, 'recognition_unavailable'])
    for (const hand of ['L', 'R'] as const) expect((await captureHand(kiosk, id, hand, bruno(hand))).status).toBe(200)
    const complete = () => kiosk.call('POST', `/v1/enrolments/${id}/complete`)
    const unsure = await whileBroken('findEnrolled', complete)
    expect([unsure.status, unsure.body.code]).toEqual([503, 'recognition_unavailable'])
    expect((await complete()).body.step).toBe('done')
  })

  it('leaves its cause in the log, by name and place only', () => {
    const lines = house.logLines.join('')
    expect(lines).toContain('GalleryUnavailable')
    expect(lines).not.toContain('secret-cause')
  })
})
