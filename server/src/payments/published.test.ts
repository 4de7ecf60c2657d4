import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type PaymentHouse, paymentHouse } from '../../test/payment-house.ts'
import { type SettlementHouse, settlementHouse } from '../../test/settlement-house.ts'
import { type Db, withTransaction } from '../database.ts'
import { listenTo, PUBLISHED_TOPIC, publish } from './published.ts'
import { describePublished } from './published-view.ts'
import { endPayout, listPayouts } from './settlement/payouts.ts'

let close = async () => {}
afterEach(() => close())

const told = async (db: Db) =>
  (
    await sql<{ payload: Record<string, unknown> }>`
      select payload from outbox_messages where topic = ${PUBLISHED_TOPIC} order by id`.execute(db)
  ).rows.map(({ payload }) => payload)
const describeAll = async (db: Db) =>
  (await Promise.all((await told(db)).map((payload) => describePublished(db, payload)))).filter((one) => one !== null)

describe('what payments publishes', () => {
  let house: PaymentHouse
  let db: Db
  beforeEach(async () => {
    house = await paymentHouse()
    db = house.parts.db
    close = house.close
  })
  const listen = () => withTransaction(db, (tx) => listenTo(tx, 'org_A', true))

  it('is nothing as long as nobody listens, and of others nothing ever', async () => {
    await withTransaction(db, (tx) => listenTo(tx, 'org_B', true))
    await house.pay((await house.create()).id, await house.shopper())
    await listen()
    await withTransaction(db, (tx) => listenTo(tx, 'org_A', false))
    await house.pay((await house.create()).id, await house.shopper())
    expect(await told(db)).toEqual([])
  })

  it('goes with the transaction of what it tells: rolled back, it was never said', async () => {
    await listen()
    const event = { type: 'payment.approved', organisationId: 'org_A', at: new Date(), paymentId: 'pay_1' } as const
    await withTransaction(db, async (tx) => {
      await publish(tx, event)
      throw new Error('no')
    }).catch(() => {})
    expect(await told(db)).toEqual([])
  })

  it('is one message for each thing that matters, by identifiers alone', async () => {
    await listen()
    const { id } = await house.create({ capture: 'manual' })
    await house.pay(id, await house.shopper())
    await house.increment(id, 100)
    await house.capture(id, 2_000)
    await house.refund(id, 500)
    const messages = await told(db)
    expect(messages.map(({ type }) => type)).toEqual([
      'payment.approved',
      'payment.incremented',
      'payment.captured',
      'refund.succeeded',
    ])
    expect(JSON.stringify(messages)).not.toMatch(/shp_|ins_|4242|visa/)
    const versions = messages.map(({ version }) => Number(version))
    expect(versions).toEqual([...versions].sort((a, b) => a - b))
    const [, , captured, refunded] = await describeAll(db)
    expect(captured!.data.payment).toMatchObject({ id, capturedMinor: 2_000 })
    expect(refunded!.data.refund).toMatchObject({ amountMinor: 500, state: 'succeeded' })
  })

  it('tells a payment that nobody could be asked about twice: not known, and then how it ended', async () => {
    await listen()
    house.chaos.loseReplies.authorise = 1
    await house.pay((await house.create()).id, await house.shopper())
    house.clock.moveMs(6_000)
    await house.reconcile()
    expect((await told(db)).map(({ type }) => type)).toEqual(['payment.unknown', 'payment.approved'])
  })
})

describe('what settlement publishes', () => {
  let house: SettlementHouse
  beforeEach(async () => {
    house = await settlementHouse()
    close = house.close
  })

  it('is the day that was closed, its payout, and what became of that at the bank', async () => {
    await withTransaction(house.db, (tx) => listenTo(tx, house.book.organisationId, true))
    await house.capture(10_000n, 100n)
    await house.nextDay()
    const [payout] = await listPayouts(house.db, {})
    await endPayout(house.parts, payout!.id, { outcome: 'paid', note: null })
    const events = await describeAll(house.db)
    expect(events.map(({ type }) => type).sort()).toEqual(['payout.in_transit', 'payout.paid', 'settlement.batch_made'])
    const of = (type: string) => events.find((event) => event.type === type)!.data
    expect(of('settlement.batch_made').batch).toMatchObject({ capturedMinor: 10_000, day: payout!.day })
    expect(of('payout.paid').payout).toMatchObject({
      id: payout!.id,
      state: 'paid',
      amountMinor: Number(payout!.amountMinor),
    })
  })
})
