import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { pay, shopperWithCard } from './sale.ts'
import { openShop } from './shop.ts'

const { house, register, terminal } = await openShop()
const elsewhere = await house.pair('register', 1)

const move = (path: string, body: object) =>
  register.call('POST', path, body, { headers: { 'idempotency-key': randomUUID() } })
const TEAPOT = { name: 'Teapot', priceMinor: 2_500, taxBasisPoints: 825, picture: 'tea', barcode: '036000291452' }

it('registers of one shop share its goods; no other shop sees or changes them', async () => {
  const { body: before } = await register.call('GET', '/v1/catalogue')
  expect(before).toMatchObject({ taxMode: 'inclusive' })
  expect(before.items).toHaveLength(12)
  const made = await register.call('PUT', '/v1/catalogue/items/teapot', TEAPOT)
  expect(made.body).toEqual({ id: 'teapot', ...TEAPOT, barcode: '0036000291452' })
  const dearer = await register.call('PUT', '/v1/catalogue/items/teapot', { ...TEAPOT, priceMinor: 2_600 })
  expect(dearer.body.priceMinor).toBe(2_600)
  await register.call('PUT', '/v1/catalogue/tax-mode', { taxMode: 'exclusive' })
  const { body: after } = await register.call('GET', '/v1/catalogue')
  expect(after.taxMode).toBe('exclusive')
  expect(after.items.at(-1)).toMatchObject({ id: 'teapot', priceMinor: 2_600 })
  const { body: other } = await elsewhere.call('GET', '/v1/catalogue')
  expect([other.taxMode, other.items.length]).toEqual(['inclusive', 12])
  expect((await elsewhere.call('PUT', '/v1/catalogue/items/teapot', TEAPOT)).status).toBe(200)
  expect((await register.call('DELETE', '/v1/catalogue/items/teapot')).status).toBe(204)
  expect((await register.call('DELETE', '/v1/catalogue/items/teapot')).status).toBe(204)
  expect((await elsewhere.call('GET', '/v1/catalogue')).body.items).toHaveLength(13)
})

it('goods that cannot be are refused with a code', async () => {
  const bad: [string, object, string][] = [
    ['pot', { ...TEAPOT, barcode: '036000291453' }, 'barcode_invalid'],
    ['pot', { ...TEAPOT, barcode: '2000000000077' }, 'barcode_taken'],
    ['pot', { ...TEAPOT, barcode: '12' }, 'request_malformed'],
    ['pot', { ...TEAPOT, name: '   ' }, 'request_malformed'],
    ['pot', { ...TEAPOT, priceMinor: 1.5 }, 'request_malformed'],
    ['pot', { ...TEAPOT, priceMinor: 0 }, 'request_malformed'],
    ['pot', { ...TEAPOT, taxBasisPoints: 10_001 }, 'request_malformed'],
    ['Pot!', TEAPOT, 'request_malformed'],
  ]
  for (const [id, body, code] of bad) {
    const reply = await register.call('PUT', `/v1/catalogue/items/${encodeURIComponent(id)}`, body)
    expect([body, reply.body.code]).toEqual([body, code])
  }
  expect((await terminal.call('GET', '/v1/catalogue')).body.code).toBe('device_wrong_kind')
})

it('a ticket is kept once, adds up, and is known to its shop only', async () => {
  const ticket = {
    currency: 'USD',
    taxMode: 'inclusive',
    totalMinor: 2_340,
    lines: [
      { name: 'Cheese sandwich', quantity: 2, unitMinor: 750, taxBasisPoints: 800 },
      { name: 'Garden salad', quantity: 1, unitMinor: 840, taxBasisPoints: 800 },
    ],
    taxes: [{ taxBasisPoints: 800, netMinor: 2_167, taxMinor: 173 }],
  }
  const put = (body: object, reference = 'R-1') => register.call('PUT', `/v1/tickets/${reference}`, body)
  const kept = await put(ticket)
  expect(kept.body).toMatchObject({ reference: 'R-1', ...ticket })
  expect((await put(ticket)).body).toEqual(kept.body)
  expect((await register.call('GET', '/v1/tickets/R-1')).body).toEqual(kept.body)
  const cheaper = { ...ticket, totalMinor: 2_339, taxes: [{ taxBasisPoints: 800, netMinor: 2_166, taxMinor: 173 }] }
  expect((await put(cheaper)).body.code).toBe('amount_invalid')
  expect((await put({ ...ticket, totalMinor: 2_000 })).body.code).toBe('amount_invalid')
  expect((await put({ ...ticket, taxes: [] }, 'R-2')).body.code).toBe('amount_invalid')
  const other = { ...ticket, taxes: [{ taxBasisPoints: 800, netMinor: 2_166, taxMinor: 174 }] }
  expect((await put(other)).body.code).toBe('idempotency_key_conflict')
  expect((await elsewhere.call('GET', '/v1/tickets/R-1')).body.code).toBe('not_found')
})

it('the day of a shop is told by tender, with tips and what was given back, and its books sum to zero', async () => {
  const anna = await shopperWithCard(house)
  const { body: sale } = await move('/v1/sales', { amountMinor: 5_000, currency: 'USD', reference: 'R-day' })
  const palm = await pay(house, register, terminal, anna, { amountMinor: 3_000, saleId: sale.id })
  const { body: paid } = await move(`/v1/sales/${sale.id}/other-tenders`, { kind: 'cash', amountMinor: 2_000 })
  await move(`/v1/payments/${palm.id}/refunds`, { amountMinor: 1_000 })
  await move(`/v1/sales/${sale.id}/refunds`, { partId: paid.parts[1].id, amountMinor: 500 })
  const { body: day } = await register.call('GET', '/v1/till-day')
  expect(day).toMatchObject({
    currency: 'USD',
    count: 2,
    paidMinor: 5_000,
    tipMinor: 0,
    refundCount: 2,
    refundedMinor: 1_500,
    tenders: [
      { kind: 'palm', count: 1, paidMinor: 3_000, refundCount: 1, refundedMinor: 1_000 },
      { kind: 'cash', count: 1, paidMinor: 2_000, refundCount: 1, refundedMinor: 500 },
    ],
    open: { count: 0, amountMinor: 0 },
    books: { sumMinor: 0 },
  })
  const account = (kind: string) =>
    day.books.accounts.find((each: { kind: string }) => each.kind === kind)?.balanceMinor
  expect(account('processor_receivable')).toBe(2_000)
  expect(account('merchant_payable')).toBe(-2_000)
  expect((await elsewhere.call('GET', '/v1/till-day')).body).toMatchObject({
    count: 0,
    tenders: [],
    books: { sumMinor: 0, accounts: [] },
  })
  expect((await register.call('GET', '/v1/till-day?day=2020-01-01')).body).toMatchObject({
    day: '2020-01-01',
    count: 0,
  })
  expect((await register.call('GET', '/v1/till-day?day=yesterday')).body.code).toBe('request_malformed')

  const { body: receipt } = await register.call('GET', `/v1/payments/${palm.id}/receipt`)
  expect((await register.call('GET', `/v1/receipts/${receipt.number}`)).body.id).toBe(palm.id)
  expect((await elsewhere.call('GET', `/v1/receipts/${receipt.number}`)).body.code).toBe('payment_unknown')
  expect((await register.call('GET', '/v1/receipts/x1')).body.code).toBe('request_malformed')
})
