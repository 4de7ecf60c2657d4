import { describe, expect, it } from 'vitest'
import { withTransaction } from '../src/database.ts'
import { enrol } from './enrol.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import { chargeOf, pay, postCard, refund, shopperWithCard } from './sale.ts'
import { openShop } from './shop.ts'

const { house, register, terminal } = await openShop()

describe('a shopper whose card is gone', () => {
  it('still gets the money back for what was bought before', async () => {
    const shopper = await shopperWithCard(house)
    const paid = await pay(house, register, terminal, shopper)
    const { wallet, sandbox } = house.paume.money
    const lookup = await wallet.instrumentOf(shopper)
    await withTransaction(house.paume.database.db, (tx) => wallet.eraseShopper(tx, shopper))
    await house.paume.outboxWorker.runOnce()
    if (lookup.kind !== 'found') throw new Error('the card was there')
    const charge = { key: 'after', amountMinor: 1n, currency: 'USD', initiator: 'shopper', capture: 'manual' } as const
    const again = sandbox.authorise({ ...charge, token: lookup.instrument.token })
    await expect(again).rejects.toMatchObject({ reason: 'instrument_unknown' })

    const given = await refund(register, paid.id)
    expect([given.status, given.body.refundedMinor]).toEqual([200, 2340])
    expect((await chargeOf(house, paid.id))!.refundedMinor).toBe(2340n)
    const receipt = await register.call('GET', `/v1/payments/${paid.id}/receipt?language=fr`)
    expect(receipt.body.lines).toContain('REMBOURSEMENT         -23,40 USD')
    expect(receipt.body).toMatchObject({ sandbox: true, number: '000001' })
  })
})

describe('a refund', () => {
  it('goes back to the card of the palm that paid, in parts, and shows on the receipt', async () => {
    const kiosk = await house.pair('kiosk')
    expect((await enrol(kiosk, (hand) => standInBurst('buyer', hand))).status).toBe(200)
    const { id } = await presentPayment(register, terminal)
    expect((await hover(terminal, id, standInBurst('buyer', 'R'))).body.outcome).toBe('approved')
    expect((await refund(register, id, { amountMinor: 340, reason: 'cold coffee' })).body).toMatchObject({
      refundedMinor: 340,
      refunds: [{ amountMinor: 340, reason: 'cold coffee', state: 'succeeded' }],
    })
    expect((await refund(register, id)).body.refundedMinor).toBe(2340)
    const { body } = await register.call('GET', `/v1/payments/${id}/receipt`)
    expect(body.lines.filter((line: string) => line.startsWith('REFUND'))).toEqual([
      'REFUND                 -3.40 USD',
      'REFUND                -20.00 USD',
    ])
  })

  it('has a code for every wrong wish', async () => {
    const paid = await pay(house, register, terminal, await shopperWithCard(house))
    const codes: Record<string, unknown>[] = []
    for (const amountMinor of [0, -5, 1.5, 2341, 1e12]) {
      const reply = await refund(register, paid.id, { amountMinor })
      codes.push({ amountMinor, status: reply.status, code: reply.body.code })
    }
    expect(codes).toEqual([
      { amountMinor: 0, status: 422, code: 'amount_invalid' },
      { amountMinor: -5, status: 422, code: 'amount_invalid' },
      { amountMinor: 1.5, status: 422, code: 'amount_invalid' },
      { amountMinor: 2341, status: 422, code: 'amount_exceeds' },
      { amountMinor: 1e12, status: 422, code: 'amount_exceeds' },
    ])
    const byTerminal = await terminal.call(
      'POST',
      `/v1/payments/${paid.id}/refunds`,
      {},
      { headers: { 'idempotency-key': 'x' } },
    )
    expect([byTerminal.status, byTerminal.body.code]).toEqual([403, 'device_wrong_kind'])
  })
})

describe('the address of the sandbox processor', () => {
  it('takes test cards only, and neither the reply nor the log repeats a number', async () => {
    const setup = await house.paume.money.wallet.beginCardSetup('enr_00000000000000000000000000')
    const real = await postCard(house, setup, '4111111111111111')
    expect([real.status, real.body.code]).toEqual([422, 'card_not_test'])
    const old = await postCard(house, setup, '4242424242424242', { expiryYear: 2020 })
    expect([old.body.code, old.body.detail]).toEqual(['card_declined_at_setup', 'The card has expired.'])
    const short = await postCard(house, setup, '378282246310005', { cvc: '123' })
    expect([short.body.code, short.body.detail]).toEqual(['card_declined_at_setup', 'The security code is not right.'])
    const malformed = await postCard(house, setup, '4111111111111111', { expiryMonth: 13 })
    expect(malformed.body.code).toBe('request_malformed')
    const stranger = await postCard(house, { ...setup, clientSecret: 'guess' }, '4242424242424242')
    expect([stranger.status, stranger.body.code]).toEqual([404, 'card_setup_unknown'])
    const said = JSON.stringify([real, old, short, malformed, stranger]) + house.logLines.join('\n')
    for (const number of ['4111111111111111', '4242424242424242', '378282246310005']) expect(said).not.toContain(number)
  })
})
