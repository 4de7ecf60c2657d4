import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enrol } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import type { TestDevice } from './test-device.ts'

let house: TestHouse
let terminal: TestDevice
let register: TestDevice
beforeAll(async () => {
  house = await startHouse()
  const kiosk = await house.pair('kiosk')
  terminal = await house.pair('terminal')
  register = await house.pair('register')
  for (const person of ['twin one', 'twin two', 'unsure', 'clara']) {
    const reply = await enrol(kiosk, (hand) => standInBurst(person, hand))
    expect(reply.status, person).toBe(200)
  }
})
afterAll(() => house.stop())

const chargesOf = async () => {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from payment_operation`.execute(
    house.paume.database.db,
  )
  return rows[0].n
}

describe('two people whose palms cannot be told apart', () => {
  it('are asked for the other palm, then for another way to pay, and nobody is charged', async () => {
    const before = await chargesOf()
    const { id } = await presentPayment(register, terminal)
    const first = await hover(terminal, id, standInBurst('twin one', 'L'))
    expect(first.body.outcome).toBe('other_palm')
    expect(first.body.payment).toMatchObject({ state: 'presented', askedHand: 'R', hoversLeft: 2, capturedMinor: 0 })
    const second = await hover(terminal, id, standInBurst('twin one', 'R'))
    expect(second.body.outcome).toBe('try_again')
    expect(second.body.guidance[0].code).toBe('not_recognised')
    const third = await hover(terminal, id, standInBurst('twin two', 'L'))
    expect(third.body.outcome).toBe('other_palm')
    const last = await hover(terminal, id, standInBurst('twin two', 'R'))
    expect(last.body.outcome).toBe('declined')
    expect(last.body.payment).toMatchObject({ state: 'declined', reason: 'ambiguous', capturedMinor: 0 })
    expect(await chargesOf()).toBe(before)
    expect(JSON.stringify([first.body, second.body, last.body])).not.toMatch(/similar|shp_/)
  })
})

describe('one person of whom one palm is not enough', () => {
  it('pays with both palms', async () => {
    const { id } = await presentPayment(register, terminal)
    const first = await hover(terminal, id, standInBurst('unsure', 'R'))
    expect(first.body).toMatchObject({ outcome: 'other_palm', payment: { askedHand: 'L' } })
    const wrong = await hover(terminal, id, standInBurst('unsure', 'R'))
    expect(wrong.body.guidance[0].code).toBe('wrong_hand')
    const other = await hover(terminal, id, standInBurst('unsure', 'L'))
    expect(other.body).toMatchObject({ outcome: 'approved', payment: { state: 'approved', askedHand: null } })
  })
})

it('lets everybody else pay with one', async () => {
  const { id } = await presentPayment(register, terminal, 500)
  const reply = await hover(terminal, id, standInBurst('clara', 'L'))
  expect(reply.body).toMatchObject({ outcome: 'approved', payment: { state: 'approved', totalMinor: 500 } })
})
