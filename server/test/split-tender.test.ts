import { randomUUID } from 'node:crypto'
import type { Payment, Sale } from '@paume/contract'
import { expect, it } from 'vitest'
import { ledgerSum, pay, ring, shopperWithCard } from './sale.ts'
import { openShop } from './shop.ts'

const { house, register, terminal } = await openShop()

const till = <T = Sale>(path: string, body: object, key: string = randomUUID()) =>
  register.call<T & { code?: string }>('POST', path, body, { headers: { 'idempotency-key': key } })

it('two palms and some cash pay one sale; what is given back goes where it came from', async () => {
  const { body: sale } = await till('/v1/sales', { amountMinor: 9_000, currency: 'USD', reference: 'table 7' })
  expect(sale).toMatchObject({ totalMinor: 9_000, leftMinor: 9_000, parts: [] })
  const [anna, ben] = [await shopperWithCard(house), await shopperWithCard(house, '5555555555554444')]
  const first = await pay(house, register, terminal, anna, { amountMinor: 3_000, saleId: sale.id })
  expect(first).toMatchObject({ state: 'approved', saleId: sale.id })
  const tooMuch = await ring(register, terminal, { amountMinor: 6_001, saleId: sale.id })
  expect([tooMuch.status, tooMuch.body.code]).toEqual([422, 'amount_exceeds'])
  await pay(house, register, terminal, ben, { amountMinor: 4_500, saleId: sale.id })
  const cash = { kind: 'cash', amountMinor: 1_500 }
  const key = randomUUID()
  const paid = await till(`/v1/sales/${sale.id}/other-tenders`, cash, key)
  expect((await till(`/v1/sales/${sale.id}/other-tenders`, cash, key)).body).toEqual(paid.body)
  expect(paid.body).toMatchObject({ paidMinor: 9_000, leftMinor: 0 })
  expect(paid.body.parts.map((part) => [part.kind, part.card?.last4])).toEqual([
    ['palm', '4242'],
    ['palm', '4444'],
    ['cash', undefined],
  ])
  const given = await till(`/v1/sales/${sale.id}/refunds`, { partId: first.id, amountMinor: 1_000 })
  expect(given.body).toMatchObject({ refundedMinor: 1_000 })
  const { body: after } = await register.call<Payment>('GET', `/v1/payments/${first.id}`)
  expect(after).toMatchObject({ refundedMinor: 1_000 })
  const back = await till(`/v1/sales/${sale.id}/refunds`, { partId: paid.body.parts[2]!.id })
  expect(back.body.parts[2]).toMatchObject({ kind: 'cash', refundedMinor: 1_500 })
  expect(await ledgerSum(house)).toBe(0n)
})

it('a sale is found again by the till’s own number; what cannot be has a code', async () => {
  const found = await register.call('GET', '/v1/sales?reference=table%207')
  expect(found.body.sales).toHaveLength(1)
  const { id } = found.body.sales[0]
  const other = await house.pair('register', 1)
  expect((await other.call('GET', `/v1/sales/${id}`)).body.code).toBe('sale_unknown')
  expect((await terminal.call('GET', `/v1/sales/${id}`)).body.code).toBe('device_wrong_kind')
  const bad: [string, object, string][] = [
    ['/v1/sales', { amountMinor: 1.5, currency: 'USD', reference: 'x' }, 'amount_invalid'],
    ['/v1/sales', { amountMinor: '150', currency: 'USD', reference: 'x' }, 'request_malformed'],
    ['/v1/sales', { amountMinor: 150, currency: 'KWD', reference: 'x' }, 'currency_unsupported'],
    [`/v1/sales/${id}/other-tenders`, { kind: 'shells', amountMinor: 1 }, 'request_malformed'],
    [`/v1/sales/${id}/other-tenders`, { kind: 'cash', amountMinor: 1 }, 'amount_exceeds'],
    [`/v1/sales/${id}/refunds`, { partId: 'otd_00000000000000000000000000' }, 'sale_part_unknown'],
  ]
  for (const [path, body, code] of bad) expect([path, (await till(path, body)).body.code]).toEqual([path, code])
  const keyless = await register.call('POST', '/v1/sales', { amountMinor: 1, currency: 'USD', reference: 'x' })
  expect(keyless.body.code).toBe('idempotency_key_required')
})
