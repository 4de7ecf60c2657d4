import { randomUUID } from 'node:crypto'
import type { OtherTenderRecord, SaleRefundRequest } from '@paume/contract'
import { describe, expect, it } from 'vitest'
import { openPaymentHouse, STRANGER, TILL } from '../../test/payment-house.ts'
import { createSaleService } from './sales.ts'

const house = await openPaymentHouse()
const sales = createSaleService(house.parts)
const code = (wanted: string) => expect.objectContaining({ name: 'Failure', code: wanted })
const open = (amountMinor = 10_000, key?: string, reference = `sale-${key ?? randomUUID()}`) => {
  const body = { amountMinor, currency: 'USD', reference }
  return sales.create(TILL, body, house.idempotent('/v1/sales', body, key))
}
const elsewhere = (id: string, tender: OtherTenderRecord, key?: string) =>
  sales.recordOtherTender(TILL, id, tender, house.idempotent(`/v1/sales/${id}/other-tenders`, tender, key))
const refund = (id: string, wish: SaleRefundRequest, key?: string) =>
  sales.refund(TILL, id, wish, house.idempotent(`/v1/sales/${id}/refunds`, wish, key))
const ask = (saleId: string, amountMinor: number, more: Record<string, unknown> = {}) =>
  house.create({ saleId, amountMinor, ...more }, house.newTerminal())
const palm = async (saleId: string, amountMinor: number, more: Record<string, unknown> = {}) =>
  house.pay((await ask(saleId, amountMinor, more)).id, await house.shopper())
const sums = async (id: string) => {
  const { paidMinor, pendingMinor, leftMinor } = await sales.byId(TILL, id)
  return [paidMinor, pendingMinor, leftMinor]
}

describe('a sale paid in parts', () => {
  it('knows what is left after palm, palm and cash', async () => {
    const { id } = await open()
    expect(await sums(id)).toEqual([0, 0, 10_000])
    const first = await palm(id, 4_000)
    expect(first.saleId).toBe(id)
    const waiting = await ask(id, 3_500)
    expect(await sums(id)).toEqual([4_000, 3_500, 2_500])
    await house.payments.cancel(TILL, waiting.id)
    expect(await sums(id)).toEqual([4_000, 0, 6_000])
    await palm(id, 3_500)
    const done = await elsewhere(id, { kind: 'cash', amountMinor: 2_500, note: 'two notes' })
    expect(done).toMatchObject({ paidMinor: 10_000, pendingMinor: 0, leftMinor: 0 })
    expect(done.parts.map((part) => [part.kind, part.amountMinor, part.state])).toEqual([
      ['palm', 4_000, 'approved'],
      ['palm', 3_500, 'cancelled'],
      ['palm', 3_500, 'approved'],
      ['cash', 2_500, 'approved'],
    ])
  })

  it('gives out what is left once, however many ask', async () => {
    const { id } = await open()
    await expect(ask(id, 10_001)).rejects.toEqual(code('amount_exceeds'))
    const tries = await Promise.allSettled([
      ask(id, 6_000),
      ask(id, 6_000),
      elsewhere(id, { kind: 'card', amountMinor: 6_000 }),
      elsewhere(id, { kind: 'cash', amountMinor: 6_000 }),
    ])
    expect(tries.filter((tried) => tried.status === 'fulfilled')).toHaveLength(1)
    for (const tried of tries) if (tried.status === 'rejected') expect(tried.reason).toEqual(code('amount_exceeds'))
  })

  it('leaves tips out of what is left', async () => {
    const { id } = await open()
    const { id: paymentId } = await palm(id, 6_000, { capture: 'manual' })
    expect(await sums(id)).toEqual([6_000, 0, 4_000])
    await house.capture(paymentId, { tipMinor: 600 })
    expect(await sums(id)).toEqual([6_000, 0, 4_000])
    const { id: short } = await palm(id, 4_000, { capture: 'manual' })
    await house.capture(short, 3_000)
    expect(await sums(id)).toEqual([9_000, 0, 1_000])
  })

  it('counts a payment whose end is not known as pending, and one that was given back as unpaid', async () => {
    const { id } = await open()
    house.chaos.loseReplies.authorise = 1
    expect((await palm(id, 4_000)).state).toBe('unknown')
    expect(await sums(id)).toEqual([0, 4_000, 6_000])
    house.clock.moveMs(9_000)
    await house.reconcile()
    expect(await sums(id)).toEqual([4_000, 0, 6_000])
    await palm(id, 6_000, { acknowledge: true })
    house.clock.moveMs(61_000)
    await house.reconcile()
    expect(await sums(id)).toEqual([4_000, 0, 6_000])
  })

  it('is made once of a double tap, and so is cash', async () => {
    const [key, cashKey] = [randomUUID(), randomUUID()]
    const made = await Promise.all([open(9_000, key), open(9_000, key), open(9_000, key)])
    expect(new Set(made.map((sale) => sale.id)).size).toBe(1)
    const { id } = made[0]!
    const cash = { kind: 'cash', amountMinor: 1_000 } as const
    await Promise.all([elsewhere(id, cash, cashKey), elsewhere(id, cash, cashKey)])
    expect(await sums(id)).toEqual([1_000, 0, 8_000])
    await expect(elsewhere(id, { ...cash, amountMinor: 2 }, cashKey)).rejects.toEqual(code('idempotency_key_conflict'))
  })

  it('is found by the till’s own number, by the shop that made it only', async () => {
    const { id, reference } = await open()
    expect((await sales.byReference(TILL, reference)).map((sale) => sale.id)).toEqual([id])
    expect(await sales.byReference(STRANGER, reference)).toEqual([])
    await expect(sales.byId(STRANGER, id)).rejects.toEqual(code('sale_unknown'))
    await expect(ask('sal_00000000000000000000000000', 1)).rejects.toEqual(code('sale_unknown'))
  })

  it('refuses amounts and currencies that cannot be', async () => {
    for (const amountMinor of [0, -1, 1.5, 100_000_001]) {
      await expect(open(amountMinor)).rejects.toEqual(code('amount_invalid'))
    }
    const euro = { amountMinor: 1, currency: 'EUR', reference: 'r' }
    await expect(sales.create(TILL, euro, house.idempotent('/v1/sales', euro))).rejects.toEqual(
      code('currency_unsupported'),
    )
    const { id } = await open()
    await expect(elsewhere(id, { kind: 'cash', amountMinor: 0.5 })).rejects.toEqual(code('amount_invalid'))
  })
})

describe('giving back a split sale', () => {
  it('goes to the part that is named, and never above it', async () => {
    const { id } = await open()
    const { id: paymentId } = await palm(id, 4_000)
    const cash = (await elsewhere(id, { kind: 'cash', amountMinor: 6_000 })).parts.find((part) => part.kind === 'cash')!
    expect(await refund(id, { partId: paymentId, amountMinor: 1_500, reason: 'broken' })).toMatchObject({
      refundedMinor: 1_500,
      leftMinor: 0,
    })
    await expect(refund(id, { partId: paymentId, amountMinor: 2_501 })).rejects.toEqual(code('amount_exceeds'))
    const key = randomUUID()
    await Promise.all([1, 2].map(() => refund(id, { partId: cash.id, amountMinor: 5_000 }, key)))
    await expect(refund(id, { partId: cash.id, amountMinor: 1_001 })).rejects.toEqual(code('amount_exceeds'))
    const after = await refund(id, { partId: cash.id })
    expect(after.refundedMinor).toBe(7_500)
    expect(after.parts.map((part) => [part.kind, part.refundedMinor])).toEqual([
      ['palm', 1_500],
      ['cash', 6_000],
    ])
    expect((await house.payments.byId(paymentId)).refunds).toMatchObject([{ amountMinor: 1_500, reason: 'broken' }])
  })

  it('knows no part of another sale', async () => {
    const [one, other] = [await open(), await open()]
    const { id } = await palm(one.id, 1_000)
    await expect(refund(other.id, { partId: id })).rejects.toEqual(code('sale_part_unknown'))
    const nobody = { partId: 'otd_00000000000000000000000000' }
    await expect(refund(other.id, nobody)).rejects.toEqual(code('sale_part_unknown'))
  })
})
