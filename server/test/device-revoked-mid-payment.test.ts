import { afterAll, expect, it } from 'vitest'
import { enrol, sendSealed } from './enrol.ts'
import { startHouse } from './harness.ts'
import { prepareHover, presentPayment } from './hover-payment.ts'
import { createStandInEngine, standInBurst } from './palm-stand-in.ts'
import { chargeOf, ring } from './sale.ts'
import { openShop } from './shop.ts'
import { TestDevice } from './test-device.ts'

/** A recogniser that looks at a hand for as long as it is held up. */
let looking: (() => void) | null = null
let goOn: Promise<void> = Promise.resolve()
const engine = createStandInEngine()
const patient = {
  ...engine,
  analyse: async (...words: Parameters<typeof engine.analyse>) => {
    looking?.()
    await goOn
    return engine.analyse(...words)
  },
}

const { house, register, terminal } = await openShop({ overrides: { engine: patient } })
const other = await startHouse({ databaseUrl: house.databaseUrl, secrets: house.secrets })
afterAll(() => other.stop())
const kiosk = await house.pair('kiosk')
expect((await enrol(kiosk, (hand) => standInBurst('ida', hand))).status).toBe(200)

it('a hand that one node looks at while another revokes the terminal pays nothing, and what the terminal waits for ends', async () => {
  // The terminal waits for payments on both nodes, as a second screen of it would.
  const { id } = await presentPayment(register, terminal)
  const { path, sealed } = await prepareHover(terminal, id, standInBurst('ida', 'R'))
  const second = await prepareHover(terminal, id, standInBurst('ida', 'L'))
  const { version } = await house.paume.money.payments.byId(id)
  const waiting = terminal.call('GET', `/v1/terminals/${terminal.id}/payment?wait=25&after=${id}:${version + 1}`)

  const seen = new Promise<void>((resolve) => {
    looking = resolve
  })
  let release = () => {}
  goOn = new Promise((resolve) => {
    release = resolve
  })
  const hovering = sendSealed(terminal, path, sealed)
  await seen
  const startedMs = performance.now()
  await other.revoke(terminal.id)
  const held = await waiting
  const endedMs = performance.now() - startedMs
  expect([held.status, held.body.code]).toEqual([403, 'device_revoked'])
  expect(endedMs).toBeLessThan(10_000)
  release()
  const reply = await hovering
  expect([reply.status, reply.body.code]).toEqual([403, 'device_revoked'])
  expect(await chargeOf(house, id)).toBeNull()
  expect(await house.paume.money.payments.byId(id)).toMatchObject({ state: 'cancelled' })

  // A picture that was sealed before is not even opened, and no node takes another signature.
  const late = await sendSealed(terminal, second.path, second.sealed)
  expect([late.status, late.body.code]).toEqual([403, 'device_revoked'])
  for (const url of [house.url, other.url]) {
    const elsewhere: TestDevice = Object.assign(Object.create(TestDevice.prototype), terminal, { url })
    expect((await elsewhere.call('POST', `/v1/payments/${id}/presented`)).body.code).toBe('device_revoked')
    expect((await elsewhere.call('GET', '/v1/devices/self')).body.code).toBe('device_revoked')
  }
  // The till hears that the terminal is gone, and charges nobody there.
  const asked = await ring(register, terminal)
  expect([asked.status, asked.body.code]).toEqual([409, 'terminal_offline'])
})

it('a lost kiosk is revoked, marked as lost by whom and when, and its registration goes no further', async () => {
  const begun = await kiosk.call('POST', '/v1/enrolments', { language: 'en' })
  const headers = { ...house.operator, 'content-type': 'application/json' }
  const note = JSON.stringify({ note: 'Gone after the fair.' })
  const reply = await fetch(`${other.url}/v1/devices/${kiosk.id}/lost`, { method: 'POST', headers, body: note })
  const lost = await reply.json()
  expect(lost).toMatchObject({ state: 'revoked', lost: true, lostNote: 'Gone after the fair.', online: false })
  expect(Date.parse(lost.revokedAt)).toBeGreaterThan(0)
  const next = await kiosk.call('POST', `/v1/enrolments/${begun.body.id}/phone`, { phone: '+14155550123' })
  expect(next.body.code).toBe('device_revoked')
})
