import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { pay, ring, shopperWithCard } from './sale.ts'
import { openShop } from './shop.ts'

const { house, register, terminal } = await openShop()
const shopper = await shopperWithCard(house)
const ask = (path: string, body: object, headers: Record<string, string>) =>
  register.call('POST', path, body, { headers })
const held = async () => (await pay(house, register, terminal, shopper, { capture: 'manual', amountMinor: 9_000 })).id
const sold = async () => (await pay(house, register, terminal, shopper)).id
const openSale = async () => {
  const sale = { amountMinor: 9_000, currency: 'USD', reference: randomUUID() }
  return (await ask('/v1/sales', sale, { 'idempotency-key': randomUUID() })).body.id as string
}
async function soldIn() {
  const id = await openSale()
  const { body } = await ask(
    `/v1/sales/${id}/other-tenders`,
    { kind: 'cash', amountMinor: 900 },
    { 'idempotency-key': randomUUID() },
  )
  return { id, partId: body.parts[0].id as string }
}

/** Everything a till asks that moves or promises money: where, and two bodies that are both right. */
const WISHES: Record<string, () => Promise<[path: string, body: object, other: object]>> = {
  'a payment': async () => {
    const body = { amountMinor: 100, currency: 'USD', reference: 'one' }
    return [`/v1/terminals/${terminal.id}/payments`, body, { ...body, amountMinor: 101 }]
  },
  'an increment': async () => [`/v1/payments/${await held()}/increments`, { amountMinor: 100 }, { amountMinor: 101 }],
  'a capture': async () => [`/v1/payments/${await held()}/capture`, { amountMinor: 8_000 }, { amountMinor: 7_000 }],
  'a refund': async () => [`/v1/payments/${await sold()}/refunds`, { amountMinor: 100 }, {}],
  'a sale': async () => {
    const body = { amountMinor: 100, currency: 'USD', reference: 'one' }
    return ['/v1/sales', body, { ...body, reference: 'two' }]
  },
  'another tender': async () => [
    `/v1/sales/${await openSale()}/other-tenders`,
    { kind: 'cash', amountMinor: 100 },
    { kind: 'cash', amountMinor: 200 },
  ],
  'a refund of a part': async () => {
    const { id, partId } = await soldIn()
    return [`/v1/sales/${id}/refunds`, { partId, amountMinor: 100 }, { partId, amountMinor: 101 }]
  },
}

it.each(Object.keys(WISHES))(
  '%s: the same key and body hear the same, another body 422, no key 400; it was done once',
  async (wish) => {
    const [path, body, other] = await WISHES[wish]!()
    const headers = { 'idempotency-key': randomUUID() }
    const first = await ask(path, body, headers)
    expect([200, 201]).toContain(first.status)
    const refused = await ask(path, other, headers)
    expect([refused.status, refused.body.code]).toEqual([422, 'idempotency_key_conflict'])
    // The order of members is no other body.
    const turned = Object.fromEntries(Object.entries(body).reverse())
    const again = await ask(path, turned, headers)
    expect([again.status, again.body]).toEqual([first.status, first.body])
    const without = await ask(path, body, {})
    expect([without.status, without.body.code]).toEqual([400, 'idempotency_key_required'])
    if (path.startsWith('/v1/terminals')) await ask(`/v1/payments/${first.body.id}/cancel`, {}, {})
  },
)

it('a key is of one address: the same body elsewhere under it is refused too', async () => {
  const [one, other] = [await sold(), await sold()]
  const headers = { 'idempotency-key': randomUUID() }
  expect((await ask(`/v1/payments/${one}/refunds`, { amountMinor: 100 }, headers)).status).toBe(200)
  const elsewhere = await ask(`/v1/payments/${other}/refunds`, { amountMinor: 100 }, headers)
  expect([elsewhere.status, elsewhere.body.code]).toEqual([422, 'idempotency_key_conflict'])
})

it('a key of one shop says nothing to another', async () => {
  const there = { register: await house.pair('register', 1), terminal: await house.pair('terminal', 1) }
  const key = randomUUID()
  const mine = await ring(register, terminal, { reference: 'mine' }, key)
  const theirs = await ring(there.register, there.terminal, { reference: 'theirs' }, key)
  expect([mine.status, theirs.status]).toEqual([201, 201])
  expect(theirs.body.id).not.toBe(mine.body.id)
  await register.call('POST', `/v1/payments/${mine.body.id}/cancel`)
  await there.register.call('POST', `/v1/payments/${theirs.body.id}/cancel`)
})
