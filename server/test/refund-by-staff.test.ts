import { randomUUID } from 'node:crypto'
import { APPROVAL_HEADER, type PaymentDetail } from '@paume/contract'
import { describe, expect, it } from 'vitest'
import { withTransaction } from '../src/database.ts'
import { DEMO_SHOPS } from '../src/merchants/demo.ts'
import { pay, shopperWithCard } from './sale.ts'
import { openShop } from './shop.ts'
import { signedIn, type TestPerson } from './staff-person.ts'

const OTHERS = { id: 'org_01STRANGER0000000000000000', name: 'Others' }
const { house, register, terminal } = await openShop()
await withTransaction(house.paume.database.db, (tx) => house.paume.merchants.add(tx, OTHERS, []))
const owner = await signedIn(house)
const second = await signedIn(house)
const stranger = await signedIn(house, { organisationId: OTHERS.id })
const support = await signedIn(house, { role: 'support' })
const elsewhere = await signedIn(house, { role: 'manager', shopIds: [DEMO_SHOPS[1]!.id] })
const here = await signedIn(house, { role: 'manager', shopIds: [DEMO_SHOPS[0]!.id] })
const shopper = await shopperWithCard(house)
house.clock.moveMs(1_000)

const LIST = '/v1/console/payments'
const paid = () => pay(house, register, terminal, shopper)
const refund = (person: TestPerson, id: string, body: object, key: string = randomUUID()) =>
  person.call('POST', `${LIST}/${id}/refunds`, { reason: 'Brought back', ...body }, { 'idempotency-key': key })
const detail = async (id: string) => (await owner.call<PaymentDetail>('GET', `${LIST}/${id}`)).body
const toldOf = async (event: string, id: string) => {
  const entries = house.paume.database.db.selectFrom('audit_entries').select('facts').where('event', '=', event)
  return (await entries.execute()).map(({ facts }) => JSON.parse(facts)).filter(({ paymentId }) => paymentId === id)
}

describe('a refund by staff', () => {
  it('goes through once for one key, never above what is left, and says who did it', async () => {
    const { id } = await paid()
    expect(await detail(id)).toMatchObject({
      refundableMinor: 2340,
      cancellable: false,
      receiptNumber: expect.stringMatching(/^\d{6}$/),
    })
    const key = randomUUID()
    const taps = await Promise.all([1, 2, 3].map(() => refund(owner, id, { amountMinor: 1000 }, key)))
    expect(taps.map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await refund(owner, id, { amountMinor: 1001 }, key)).body.code).toBe('idempotency_key_conflict')
    expect((await refund(owner, id, { amountMinor: 1341 })).body.code).toBe('amount_exceeds')
    expect((await refund(owner, id, { amountMinor: 0.5 })).body.code).toBe('amount_invalid')
    expect((await refund(owner, id, { reason: ' ' })).status).toBe(400)
    const after = await detail(id)
    expect(after).toMatchObject({ refundableMinor: 1340, payment: { refundedMinor: 1000 } })
    expect(after.operations.filter(({ kind }) => kind === 'refund')).toMatchObject([{ note: 'Brought back' }])
    expect(after.transfers.map(({ kind }) => kind)).toContain('refund')
    expect(await toldOf('payment.refund_by_staff', id)).toMatchObject([{ staffId: owner.staff.id, amountMinor: 1000 }])
    expect((await refund(second, id, {}, key)).body.refundedMinor).toBe(2340)
  })

  it('needs the right, a key, and a payment of one’s own shops', async () => {
    const { id } = await paid()
    expect((await refund(support, id, {})).status).toBe(403)
    expect((await owner.call('POST', `${LIST}/${id}/refunds`, { reason: 'x' })).body.code).toBe(
      'idempotency_key_required',
    )
    for (const person of [stranger, elsewhere]) {
      expect((await refund(person, id, {})).status).toBe(404)
      expect((await person.call('POST', `${LIST}/${id}/cancel`)).status).toBe(404)
      expect((await person.call('GET', `${LIST}/${id}`)).status).toBe(404)
      expect((await person.call('GET', `${LIST}/${id}/receipt`)).status).toBe(404)
      expect((await person.call('GET', LIST)).body.items).toEqual([])
      expect((await person.call('GET', `${LIST}?q=${id}`)).body.total).toBe(0)
      expect((await person.call('GET', `${LIST}?shopId=${DEMO_SHOPS[0]!.id}`)).body.total).toBe(0)
    }
    expect((await here.call('GET', LIST)).body.items.map((row: { id: string }) => row.id)).toContain(id)
    expect((await detail(id)).refundableMinor).toBe(2340)
  })

  it('is a release as long as nothing was taken', async () => {
    const { id } = await pay(house, register, terminal, shopper, { capture: 'manual' })
    expect(await detail(id)).toMatchObject({ refundableMinor: 0, cancellable: true })
    expect((await here.call('POST', `${LIST}/${id}/cancel`)).body).toMatchObject({
      state: 'cancelled',
      reason: 'voided',
    })
    expect(await toldOf('payment.cancel_asked_by_staff', id)).toMatchObject([{ staffId: here.staff.id }])
    expect((await detail(id)).cancellable).toBe(false)
  })
})

describe('the list of payments', () => {
  it('finds by number of the receipt, reference, card, amount and day, and pages', async () => {
    const { id, reference } = await pay(house, register, terminal, shopper, { amountMinor: 777 })
    const { receiptNumber } = await detail(id)
    const day = new Date(house.clock.nowMs()).toISOString().slice(0, 10)
    const before = new Date(house.clock.nowMs() - 3 * 86_400_000).toISOString().slice(0, 10)
    const ids = async (query: string) =>
      (await owner.call('GET', `${LIST}?${query}`)).body.items.map((row: { id: string }) => row.id)
    for (const query of [`q=${id}`, `q=${reference.slice(0, 20)}`, `amountMinor=777&last4=4242`])
      expect(await ids(query), query).toEqual([id])
    expect(await ids(`q=${receiptNumber}`)).toContain(id)
    expect(await ids(`from=${before}&to=${day}&currency=USD&state=approved`)).toContain(id)
    expect(await ids(`to=${before}`)).toEqual([])
    expect(await ids('q=%25')).toEqual([])
    expect((await owner.call('GET', `${LIST}?from=2026-13-40`)).status).toBe(400)
    const first = (await owner.call('GET', `${LIST}?limit=1`)).body
    expect(first.items).toMatchObject([{ id }])
    expect((await ids(`limit=1&after=${first.next}`))[0]).not.toBe(id)
  })

  it('leaves as a file by two people only', async () => {
    const path = `${LIST}.csv?state=approved`
    expect((await owner.call('GET', path)).body.code).toBe('approval_required')
    const wish = { action: 'export.payments', request: { method: 'GET', path }, reason: 'For the tax office.' }
    const { id } = (await owner.call('POST', '/v1/staff/approvals', wish)).body
    expect((await second.call('POST', `/v1/staff/approvals/${id}/decision`, { approve: true })).status).toBe(200)
    const file = await owner.call('GET', path, undefined, { [APPROVAL_HEADER]: id })
    expect(file.status).toBe(200)
    expect(String(file.body).split('\r\n')[0]).toContain('refunded_minor')
    expect(String(file.body)).toContain(',777,')
    expect((await owner.call('GET', path, undefined, { [APPROVAL_HEADER]: id })).body.code).toBe('approval_state')
  })
})
