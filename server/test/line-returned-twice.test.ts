import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startHouse, type TestHouse } from './harness.ts'
import { ledgerSum, pay, recognise, shopperWithCard } from './sale.ts'
import type { TestDevice } from './test-device.ts'
import { LUNCH, move, registerBeside, sellForCash } from './till-desk.ts'

let house: TestHouse
let register: TestDevice
let second: TestDevice
let terminal: TestDevice
let elsewhere: TestDevice
beforeAll(async () => {
  house = await startHouse()
  register = await house.pair('register')
  terminal = await house.pair('terminal')
  elsewhere = await house.pair('register', 1)
  second = await registerBeside(house, register)
})
afterAll(() => house.stop())

const SALAD = { lines: [{ line: 1, quantity: 1 }] }
const back = (till: TestDevice, reference: string, body: object, key: string = randomUUID()) =>
  move(till, `/v1/tickets/${reference}/returns`, body, key)

it('gives a line back once, whichever register asks, and the money for it exactly', async () => {
  const sale = await sellForCash(register, 'R-twice')
  const partId = sale.parts[0]!.id
  const given = await back(register, 'R-twice', { ...SALAD, shares: [{ partId, amountMinor: 840 }] })
  expect(given.body).toMatchObject({
    state: 'given',
    linesMinor: 840,
    taxes: [{ taxBasisPoints: 800, netMinor: 778, taxMinor: 62 }],
    shares: [{ partId, amountMinor: 840, state: 'given' }],
  })
  const again = await back(second, 'R-twice', { ...SALAD, shares: [{ partId, amountMinor: 840 }] })
  expect([again.status, again.body.code]).toEqual([409, 'line_returned'])
  expect((await register.call('GET', '/v1/tickets/R-twice')).body.returned).toEqual([0, 1, 0])
  expect((await register.call('GET', `/v1/sales/${sale.id}`)).body.refundedMinor).toBe(840)
  expect((await back(elsewhere, 'R-twice', { ...SALAD, shares: [{ partId, amountMinor: 840 }] })).body.code).toBe(
    'not_found',
  )
})

it('lets one of two registers give the last piece back when both ask at once', async () => {
  const sale = await sellForCash(register, 'R-race')
  const body = { lines: [{ line: 2, quantity: 1 }], shares: [{ partId: sale.parts[0]!.id, amountMinor: 680 }] }
  const replies = await Promise.all([register, second, register, second].map((till) => back(till, 'R-race', body)))
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409])
  expect((await register.call('GET', `/v1/sales/${sale.id}`)).body.refundedMinor).toBe(680)
})

it('refuses shares that are not what the lines cost, and keys used for something else', async () => {
  const sale = await sellForCash(register, 'R-sums')
  const partId = sale.parts[0]!.id
  const refused: [object, string][] = [
    [{ ...SALAD, shares: [{ partId, amountMinor: 841 }] }, 'amount_invalid'],
    [{ ...SALAD, shares: [{ partId, amountMinor: 839 }] }, 'amount_invalid'],
    [{ ...SALAD, adjustMinor: 1, shares: [{ partId, amountMinor: 840 }] }, 'amount_invalid'],
    [{ lines: [{ line: 9, quantity: 1 }], shares: [{ partId, amountMinor: 840 }] }, 'line_returned'],
    [{ lines: [{ line: 0, quantity: 3 }], shares: [{ partId, amountMinor: 2_250 }] }, 'line_returned'],
    [
      {
        lines: [
          { line: 1, quantity: 1 },
          { line: 1, quantity: 1 },
        ],
        shares: [{ partId, amountMinor: 1_680 }],
      },
      'line_returned',
    ],
    [{ ...SALAD, shares: [] }, 'request_malformed'],
    [{ ...SALAD, shares: [{ partId: `otd_${'0'.repeat(26)}`, amountMinor: 840 }] }, 'sale_part_unknown'],
    [{ lines: [], adjustMinor: 3_021, shares: [{ partId, amountMinor: 3_021 }] }, 'amount_exceeds'],
  ]
  for (const [body, code] of refused)
    expect([body, (await back(register, 'R-sums', body)).body.code]).toEqual([body, code])
  // What was refused by payments has left the lines free.
  expect((await register.call('GET', '/v1/tickets/R-sums')).body.returned).toEqual([0, 0, 0])
  const key = randomUUID()
  const wish = { ...SALAD, shares: [{ partId, amountMinor: 840 }] }
  const first = await back(register, 'R-sums', wish, key)
  expect((await back(register, 'R-sums', wish, key)).body).toEqual(first.body)
  expect((await back(register, 'R-sums', { ...wish, adjustMinor: 0 }, key)).body.code).toBe('idempotency_key_conflict')
  expect((await register.call('POST', '/v1/tickets/R-sums/returns', wish)).body.code).toBe('idempotency_key_required')
})

it('gives lines back to the palm, the tip only when it is asked for, and everything in the end', async () => {
  const anna = await shopperWithCard(house)
  await register.call('PUT', '/v1/tickets/R-tip', LUNCH)
  const asked = { amountMinor: 3_020, reference: 'R-tip', tip: { mode: 'ask' as const, presets: [10] } }
  const { body: begun } = await move(register, `/v1/terminals/${terminal.id}/payments`, { ...asked, currency: 'USD' })
  await terminal.call('POST', `/v1/payments/${begun.id}/presented`)
  await terminal.call('POST', `/v1/payments/${begun.id}/tip`, { tipMinor: 302 })
  const paid = await recognise(house, begun.id, anna)
  expect([paid.state, paid.capturedMinor]).toEqual(['approved', 3_322])
  const all = LUNCH.lines.map(({ quantity }, line) => ({ line, quantity }))
  const lines = await back(register, 'R-tip', { lines: all, shares: [{ partId: begun.id, amountMinor: 3_020 }] })
  expect(lines.body.taxes).toEqual(LUNCH.taxes)
  const tip = { lines: [], adjustMinor: 302, shares: [{ partId: begun.id, amountMinor: 302 }] }
  expect((await back(second, 'R-tip', tip)).body.state).toBe('given')
  expect(
    (await back(second, 'R-tip', { ...tip, adjustMinor: 1, shares: [{ partId: begun.id, amountMinor: 1 }] })).body.code,
  ).toBe('amount_exceeds')
  expect((await register.call('GET', `/v1/payments/${begun.id}`)).body.refundedMinor).toBe(3_322)
  expect(await ledgerSum(house)).toBe(0n)
})

it('goes on with a return that was cut off between the lines and the money, and moves the money once', async () => {
  const sale = await sellForCash(register, 'R-cut')
  const partId = sale.parts[0]!.id
  const key = randomUUID()
  const wish = { ...SALAD, shares: [{ partId, amountMinor: 840 }] }
  await back(register, 'R-cut', wish, key)
  const { db } = house.paume.database
  // As it stands when the server died after the money and before its note of it.
  await sql`update counter_return set state = 'open' where reference = 'R-cut'`.execute(db)
  await sql`update counter_return_share set state = 'open' where return_id in
    (select id from counter_return where reference = 'R-cut')`.execute(db)
  expect((await back(second, 'R-cut', wish)).body.code).toBe('line_returned')
  expect((await back(register, 'R-cut', wish, key)).body.state).toBe('given')
  expect((await register.call('GET', `/v1/sales/${sale.id}`)).body.refundedMinor).toBe(840)
})

it('frees the lines of a palm refund that the processor refuses in the end', async () => {
  const carla = await shopperWithCard(house)
  await register.call('PUT', '/v1/tickets/R-failed', LUNCH)
  const paid = await pay(house, register, terminal, carla, { amountMinor: 3_020, reference: 'R-failed' })
  await back(register, 'R-failed', { ...SALAD, shares: [{ partId: paid.id, amountMinor: 840 }] })
  const { db } = house.paume.database
  await sql`update payment_operation set state = 'failed' where payment_id = ${paid.id} and kind = 'refund'`.execute(db)
  expect((await register.call('GET', '/v1/tickets/R-failed')).body.returned).toEqual([0, 0, 0])
})
