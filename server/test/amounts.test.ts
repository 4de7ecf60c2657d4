import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { ledgerSum, pay, present, refund, ring, shopperWithCard } from './sale.ts'
import { openShop } from './shop.ts'
import { send } from './test-device.ts'

const { house, register, terminal } = await openShop()

it('answers each impossible amount and currency with a code of its own, and makes no payment', async () => {
  const tries: [object, number, string][] = [
    [{ amountMinor: 0 }, 422, 'amount_invalid'],
    [{ amountMinor: -100 }, 422, 'amount_invalid'],
    [{ amountMinor: 10.5 }, 422, 'amount_invalid'],
    [{ amountMinor: 100_000_001 }, 422, 'amount_invalid'],
    [{ amountMinor: 1e300 }, 422, 'amount_invalid'],
    [{ amountMinor: '100' }, 400, 'request_malformed'],
    [{ amountMinor: '١٠٠' }, 400, 'request_malformed'],
    [{ amountMinor: '1e3' }, 400, 'request_malformed'],
    [{ amountMinor: null }, 400, 'request_malformed'],
    [{ amountMinor: [100] }, 400, 'request_malformed'],
    [{ amountMinor: 0.1 + 0.2 }, 422, 'amount_invalid'],
    [{ currency: 'usd' }, 422, 'currency_unsupported'],
    [{ currency: 'XXX' }, 422, 'currency_unsupported'],
    [{ currency: 'EUR' }, 422, 'currency_unsupported'],
    [{ currency: 'DOLLAR' }, 400, 'request_malformed'],
    [{ reference: '' }, 400, 'request_malformed'],
    [{ deadlineMs: 1 }, 400, 'request_malformed'],
  ]
  for (const [more, status, code] of tries) {
    const reply = await ring(register, terminal, more)
    expect([more, reply.status, reply.body.code]).toEqual([more, status, code])
  }
  expect(await house.paume.money.payments.activeOf(terminal.id)).toBeNull()
  expect((await ring(register, terminal, { amountMinor: 100_000_000 })).status).toBe(201)
  const active = (await house.paume.money.payments.activeOf(terminal.id))!
  await register.call('POST', `/v1/payments/${active.id}/cancel`)
})

it('takes a tip before the palm only, in whole minor units and within the limit', async () => {
  const { body } = await ring(register, terminal, { amountMinor: 99_999_000, tip: { mode: 'ask', presets: [10, 15] } })
  await present(terminal, body.id)
  const tip = (tipMinor: number) => terminal.call('POST', `/v1/payments/${body.id}/tip`, { tipMinor })
  for (const tipMinor of [-1, 0.5, 1_001]) expect((await tip(tipMinor)).body.code).toBe('amount_invalid')
  expect((await tip(1_000)).body).toMatchObject({ tipMinor: 1_000, totalMinor: 100_000_000 })
  expect((await tip(0)).body.totalMinor).toBe(99_999_000)
  const byTill = await register.call('POST', `/v1/payments/${body.id}/tip`, { tipMinor: 1 })
  expect(byTill.body.code).toBe('device_wrong_kind')
  await house.paume.money.payments.recordPalmCaptured(body.id, 'cap_00000000000000000000000000')
  expect((await tip(5)).body.code).toBe('payment_state')
  await register.call('POST', `/v1/payments/${body.id}/cancel`)
})

it('takes no amount that is none after the approval either: to raise, to capture, to give back, in another tender', async () => {
  const shopper = await shopperWithCard(house)
  const held = await pay(house, register, terminal, shopper, { capture: 'manual' })
  const sold = await pay(house, register, terminal, shopper)
  const sale = { amountMinor: 2_340, currency: 'USD', reference: 'in parts' }
  const ask = (path: string, body: object) =>
    register.call('POST', path, body, { headers: { 'idempotency-key': randomUUID() } })
  const { id: saleId } = (await ask('/v1/sales', sale)).body
  const wishes: [string, string, object][] = [
    [`/v1/payments/${held.id}/increments`, 'amountMinor', {}],
    [`/v1/payments/${held.id}/capture`, 'amountMinor', {}],
    [`/v1/payments/${held.id}/capture`, 'tipMinor', {}],
    [`/v1/payments/${sold.id}/refunds`, 'amountMinor', {}],
    [`/v1/sales/${saleId}/other-tenders`, 'amountMinor', { kind: 'cash' }],
  ]
  for (const [path, member, rest] of wishes) {
    for (const amount of [-1, 1.5, 0.1 + 0.2, 1e-7, 2 ** 53]) {
      const { status, body } = await ask(path, { ...rest, [member]: amount })
      expect([path, member, amount, status, ['amount_invalid', 'amount_exceeds'].includes(body.code)]).toEqual([
        path,
        member,
        amount,
        422,
        true,
      ])
    }
    for (const amount of ['100', '١٠٠', '１００', '1e2', '', true, [100], { value: 100 }]) {
      const { status, body } = await ask(path, { ...rest, [member]: amount })
      expect([path, member, amount, status, body.code]).toEqual([path, member, amount, 400, 'request_malformed'])
    }
  }
  expect(await house.paume.money.payments.byId(held.id)).toMatchObject({ version: held.version, capturedMinor: 0 })
  expect(await house.paume.money.payments.byId(sold.id)).toMatchObject({ refundedMinor: 0, refunds: [] })
  expect((await register.call('GET', `/v1/sales/${saleId}`)).body).toMatchObject({ paidMinor: 0, parts: [] })
})

it('charges in currencies with three decimal places, and with none, to the last minor unit', async () => {
  const { db } = house.paume.database
  const shopper = await shopperWithCard(house)
  const cases = [
    ['KWD', 1_250, '1.250 KWD', '0.125 KWD'],
    ['BHD', 5, '0.005 BHD', '0.001 BHD'],
    ['JPY', 2_340, '2340 JPY', '234 JPY'],
  ] as const
  for (const [currency, amountMinor, printed, refunded] of cases) {
    await db.updateTable('shops').set({ currency }).execute()
    const paid = await pay(house, register, terminal, shopper, { amountMinor, currency })
    expect(paid).toMatchObject({ state: 'approved', amountMinor, capturedMinor: amountMinor, currency })
    const backMinor = Number(refunded.replace(/[^0-9]/g, ''))
    expect((await refund(register, paid.id, { amountMinor: backMinor })).body).toMatchObject({
      refundedMinor: backMinor,
    })
    const { body } = await register.call('GET', `/v1/payments/${paid.id}/receipt`)
    const lines = body.lines.join('\n')
    expect(lines).toContain(printed)
    expect(lines).toContain(`-${refunded}`)
  }
  await db.updateTable('shops').set({ currency: 'USD' }).execute()
  expect(await ledgerSum(house)).toBe(0n)
})

it('shows the operator books that sum to zero, and nobody else', async () => {
  const { body } = await send(`${house.url}/v1/ledger`, { headers: house.operator })
  expect(body.sumMinor).toBe(0)
  expect((await send(`${house.url}/v1/ledger`)).body.code).toBe('operator_required')
  expect((await send(`${house.url}/v1/me/payments`)).body.code).toBe('shopper_session_required')
})
