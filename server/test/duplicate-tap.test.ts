import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { enrol, sendSealed } from './enrol.ts'
import { hover, prepareHover, presentPayment } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import { chargeOf, pay, present, recognise, refund, ring, shopperWithCard } from './sale.ts'
import { openShop } from './shop.ts'

const { house, register, terminal } = await openShop()

describe('a button that is tapped twice', () => {
  it('makes one payment, whether the taps come together or one after the other', async () => {
    const key = randomUUID()
    const reference = `tap-${key}`
    const taps = await Promise.all(Array.from({ length: 4 }, () => ring(register, terminal, { reference }, key)))
    const later = await ring(register, terminal, { reference }, key)
    for (const tap of [...taps, later]) {
      expect(tap.status).toBe(201)
      expect(tap.body).toEqual(taps[0].body)
    }
    const found = await register.call('GET', `/v1/payments?reference=${reference}`)
    expect(found.body.payments).toHaveLength(1)
    await register.call('POST', `/v1/payments/${later.body.id}/cancel`)
  })

  it('is told apart from another sale that uses the same key', async () => {
    const key = randomUUID()
    const first = await ring(register, terminal, { reference: 'a' }, key)
    const other = await ring(register, terminal, { reference: 'b' }, key)
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_conflict'])
    await register.call('POST', `/v1/payments/${first.body.id}/cancel`)
  })

  it('needs a key', async () => {
    const body = { amountMinor: 1, currency: 'USD', reference: 'x' }
    const reply = await register.call('POST', `/v1/terminals/${terminal.id}/payments`, body)
    expect([reply.status, reply.body.code]).toEqual([400, 'idempotency_key_required'])
  })

  it('finds the terminal busy when it is a second sale', async () => {
    const first = await ring(register, terminal)
    const second = await ring(register, terminal)
    expect([second.status, second.body.code]).toEqual([409, 'terminal_busy'])
    await register.call('POST', `/v1/payments/${first.body.id}/cancel`)
    expect((await ring(register, terminal)).status).toBe(201)
    const { body } = await terminal.call('GET', `/v1/terminals/${terminal.id}/payment`)
    await terminal.call('POST', `/v1/payments/${body.payment.id}/cancel`)
  })
})

it('refunds once when the refund is tapped twice', async () => {
  const paid = await pay(house, register, terminal, await shopperWithCard(house))
  expect(paid.state).toBe('approved')
  const key = randomUUID()
  const taps = await Promise.all(Array.from({ length: 3 }, () => refund(register, paid.id, { amountMinor: 1000 }, key)))
  for (const tap of taps) expect(tap.status).toBe(200)
  expect((await refund(register, paid.id, { amountMinor: 1000 }, key)).body.refundedMinor).toBe(1000)
  expect((await chargeOf(house, paid.id))!.refundedMinor).toBe(1000n)
})

it('charges once for one sealed hover that a shaky network delivers three times', async () => {
  const kiosk = await house.pair('kiosk')
  expect((await enrol(kiosk, (hand) => standInBurst('tapper', hand))).status).toBe(200)
  const { id } = await presentPayment(register, terminal)
  const { path, sealed } = await prepareHover(terminal, id, standInBurst('tapper', 'R'))
  const replies = await Promise.all([1, 2, 3].map(() => sendSealed(terminal, path, sealed)))
  expect(replies.some(({ body }) => body.outcome === 'approved')).toBe(true)
  const charge = (await chargeOf(house, id))!
  expect([charge.capturedMinor, charge.operations.length]).toEqual([2340n, 1])
  const next = await presentPayment(register, terminal, 100)
  expect((await hover(terminal, next.id, standInBurst('tapper', 'L'))).body.outcome).toBe('approved')
})

it('charges once when the same hover arrives twice', async () => {
  const shopper = await shopperWithCard(house)
  const { body } = await ring(register, terminal)
  await present(terminal, body.id)
  const tries = await Promise.allSettled([recognise(house, body.id, shopper), recognise(house, body.id, shopper)])
  expect(tries.filter((tried) => tried.status === 'fulfilled')).toHaveLength(1)
  const charge = (await chargeOf(house, body.id))!
  expect(charge.capturedMinor).toBe(2340n)
  expect(charge.operations).toHaveLength(1)
})
