import { afterAll, beforeAll, expect, it } from 'vitest'
import { enrol, enrolToPalms, newPhone } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import { post, send } from './test-device.ts'

let house: TestHouse
beforeAll(async () => {
  house = await startHouse()
})
afterAll(() => house.stop())

const ALLOWED = [
  'level',
  'time',
  'requestId',
  'method',
  'route',
  'status',
  'ms',
  'device',
  'code',
  'msg',
  'event',
  'error',
  'at',
]

it('a log line holds nothing that is not on the list, whatever was in the request', async () => {
  const kiosk = await house.pair('kiosk')
  const terminal = await house.pair('terminal')
  const register = await house.pair('register')
  const phone = newPhone()
  await enrol(kiosk, (hand) => standInBurst('logged person', hand), { phone })
  const { id } = await presentPayment(register, terminal)
  await hover(terminal, id, standInBurst('logged person', 'L'))
  const session = await post(`${house.url}/v1/shopper-sessions`, { phone })
  await post(`${house.url}/v1/shopper-sessions`, { phone: 'SECRET-BODY', more: 'SECRET-MORE' })
  await send(`${house.url}/v1/me?SECRET-QUERY=1`, {
    headers: { authorization: 'Bearer SECRET-TOKEN', 'user-agent': 'SECRET-AGENT' },
  })
  await send(`${house.url}/SECRET-PATH`)
  await send(`${house.url}/v1/payments`, {
    method: 'POST',
    body: '{SECRET-JSON',
    headers: { 'content-type': 'application/json' },
  })
  const other = await enrolToPalms(kiosk)

  expect(house.logLines.length).toBeGreaterThan(20)
  const text = house.logLines.join('')
  const secrets = [
    phone,
    phone.slice(2),
    '4242424242424242',
    session.body.sandboxPhoneCode,
    session.body.sessionId,
    'SECRET',
    'logged person',
    house.secrets.operatorToken,
    id,
    other.id,
  ]
  for (const secret of secrets) expect(text).not.toContain(secret)
  for (const line of house.logLines) {
    expect(ALLOWED).toEqual(expect.arrayContaining(Object.keys(JSON.parse(line))))
  }
  expect(text).toContain('"route":"/v1/payments/:id/hovers/:captureId"')
  expect(text).toContain('"code":"phone_invalid"')
})
