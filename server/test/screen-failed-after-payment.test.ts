import { SEALED_CAPTURE_TYPE } from '@paume/contract'
import { describe, expect, it } from 'vitest'
import { enrol, sendSealed } from './enrol.ts'
import { prepareHover, presentPayment, type SealedHover } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import { chargeOf } from './sale.ts'
import { openShop } from './shop.ts'

const { house, register, terminal } = await openShop()
const kiosk = await house.pair('kiosk')
expect((await enrol(kiosk, (hand) => standInBurst('payer', hand))).status).toBe(200)

/** The hover is sent, and the terminal's network breaks before the answer. Returns when the money is taken all the same. */
async function sendAndLose({ path, sealed }: SealedHover, paymentId: string): Promise<void> {
  const cut = new AbortController()
  const headers = await terminal.sign('POST', path, sealed)
  const lost = fetch(`${house.url}${path}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': SEALED_CAPTURE_TYPE },
    body: sealed as BodyInit,
    signal: cut.signal,
  })
  await expect.poll(async () => (await house.paume.money.payments.byId(paymentId)).state).toBe('authorising')
  cut.abort()
  await expect(lost).rejects.toThrow()
}

describe('the money was taken and the terminal never heard of it', () => {
  it('shows it as paid as soon as it is back, the till has known all the while, and nobody pays again', async () => {
    const { id } = await presentPayment(register, terminal)
    const prepared = await prepareHover(terminal, id, standInBurst('payer', 'R'))
    house.paume.money.sandbox.chaos.slowAfterMs = 500
    await sendAndLose(prepared, id)
    const atTill = async () => (await register.call('GET', `/v1/payments/${id}`)).body.state
    await expect.poll(atTill, { timeout: 15_000 }).toBe('approved')
    house.paume.money.sandbox.chaos.slowAfterMs = 0
    await expect.poll(async () => (await chargeOf(house, id))!.capturedMinor).toBe(2340n)

    // A page that was loaded anew knows nothing, and asks what to show: the end, not an amount to pay.
    const shown = await terminal.call('GET', `/v1/terminals/${terminal.id}/payment?after=${id}:4`)
    expect(shown.body.payment).toMatchObject({ id, state: 'approved', card: { last4: '4242' } })
    // A page that still holds the hover sends it again.
    const again = await sendSealed(terminal, prepared.path, prepared.sealed)
    expect(again.body).toMatchObject({ outcome: 'approved', payment: { id, state: 'approved' } })
    // The shopper, told nothing, holds the hand once more: there is nothing left to pay.
    const more = await terminal.call('POST', `/v1/payments/${id}/challenges`)
    expect([more.status, more.body.code]).toEqual([409, 'payment_state'])
    const charge = (await chargeOf(house, id))!
    expect([charge.capturedMinor, charge.operations.length]).toEqual([2340n, 1])
    const { body } = await register.call('GET', `/v1/payments/${id}/receipt`)
    expect(body.lines.join('\n')).toContain('23.40 USD')
  })
})
