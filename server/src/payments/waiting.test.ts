import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PaymentHouse, paymentHouse, TILL, terminalCaller } from '../../test/payment-house.ts'
import { openDatabase } from '../database.ts'
import { createNotifier } from './notifier.ts'
import { createPaymentService } from './service.ts'

let house: PaymentHouse
beforeAll(async () => {
  house = await paymentHouse()
})
afterAll(() => house.close())
let terminals = 0
const create = (more: Record<string, unknown> = {}) => house.create(more, `dev_terminal_${++terminals}`)

describe('waiting for a payment', () => {
  it('answers at once what is news already', async () => {
    const { id } = await create()
    const beganMs = performance.now()
    const known = await house.payments.waitForChange(TILL, id, { waitMs: 5_000, afterVersion: 0 })
    expect(known.version).toBe(1)
    expect(performance.now() - beganMs).toBeLessThan(500)
  })

  it('wakes on a change made by another node, well before it would look again', async () => {
    const { id, terminalId } = await create()
    const waiting = house.payments.waitForChange(TILL, id, { waitMs: 5_000, afterVersion: 1 })
    const own = openDatabase(house.databaseUrl)
    const other = createNotifier(own)
    const otherNode = createPaymentService({ ...house.parts, db: own.db, notifier: other })
    await new Promise((resolve) => setTimeout(resolve, 150))
    const beganMs = performance.now()
    await otherNode.present(terminalCaller(terminalId), id)
    expect(await waiting).toMatchObject({ state: 'presented', version: 2 })
    expect(performance.now() - beganMs).toBeLessThan(500)
    await other.close()
    await own.close()
  })

  it('answers unchanged when the time is up, and at once when nobody listens any more', async () => {
    const { id } = await create()
    const unchanged = await house.payments.waitForChange(TILL, id, { waitMs: 150, afterVersion: 1 })
    expect(unchanged.version).toBe(1)
    const gone = new AbortController()
    const waiting = house.payments.waitForChange(TILL, id, { waitMs: 20_000, afterVersion: 1, signal: gone.signal })
    await expect.poll(() => house.parts.notifier.waiting).toBe(1)
    gone.abort()
    await waiting
    expect(house.parts.notifier.waiting).toBe(0)
  })

  it('sees the deadline pass without any worker', async () => {
    const { id } = await create({ deadlineMs: 5_000 })
    const waiting = house.payments.waitForChange(TILL, id, { waitMs: 5_000, afterVersion: 1 })
    house.clock.moveMs(5_001)
    expect(await waiting).toMatchObject({ state: 'expired', reason: 'timed_out' })
  })
})

describe('a notifier', () => {
  it('works as a clock when its connection cannot be made, and lets everybody go when it closes', async () => {
    const notifier = createNotifier({ connect: () => Promise.reject(new Error('no database')) })
    const beganMs = performance.now()
    await notifier.next('pay_x', 60)
    expect(performance.now() - beganMs).toBeGreaterThanOrEqual(50)
    const held = notifier.next('pay_x', 60_000)
    await notifier.close()
    await held
    expect(notifier.open).toBe(false)
    await notifier.next('pay_x', 60_000)
  })
})
