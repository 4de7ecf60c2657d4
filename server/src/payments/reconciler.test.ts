import { describe, expect, it } from 'vitest'
import { openPaymentHouse, TILL } from '../../test/payment-house.ts'
import { ProcessorFailure } from './processors/processor.ts'
import { createPaymentWorker } from './worker.ts'

const house = await openPaymentHouse()
const create = (more: Record<string, unknown> = {}) => house.create(more, house.newTerminal())
/** Long enough that no reply can still be under way and the processor must have seen what it ever will. */
const later = async () => {
  house.clock.moveMs(9_000)
  return house.reconcile()
}

describe('a lost reply', () => {
  it('is unknown, frees the terminal, and is settled as approved once', async () => {
    const { id, terminalId } = await create()
    const shopper = await house.shopper()
    house.chaos.loseReplies.authorise = 1
    expect(await house.pay(id, shopper)).toMatchObject({ state: 'unknown', capturedMinor: 0 })
    expect(await house.payments.activeOf(terminalId)).toBeNull()
    expect(await house.payments.hasOpenPayment(house.parts.db, shopper)).toBe(true)
    await Promise.all([later(), house.reconcile(), house.reconcile()])
    expect(await house.payments.byId(id)).toMatchObject({ state: 'approved', capturedMinor: 2340 })
    expect(await house.charge(id)).toMatchObject({ capturedMinor: 2340n })
    expect(await house.payments.hasOpenPayment(house.parts.db, shopper)).toBe(false)
  })

  it('of a decline is settled as declined', async () => {
    const { id } = await create()
    const shopper = await house.shopper('4000000000009995')
    house.chaos.loseReplies.authorise = 1
    expect((await house.pay(id, shopper)).state).toBe('unknown')
    await later()
    expect(await house.payments.byId(id)).toMatchObject({ state: 'declined', reason: 'insufficient_funds' })
  })

  it('stays unknown while the processor cannot be asked, however long', async () => {
    const { id } = await create()
    const shopper = await house.shopper()
    house.chaos.loseReplies.authorise = 1
    await house.pay(id, shopper)
    house.chaos.down = true
    for (let i = 0; i < 3; i++) await later()
    expect((await house.payments.byId(id)).state).toBe('unknown')
    house.chaos.down = false
    await later()
    expect((await house.payments.byId(id)).state).toBe('approved')
  })

  it('is voided when the till cancelled meanwhile', async () => {
    const { id } = await create()
    const shopper = await house.shopper()
    house.chaos.loseReplies.authorise = 1
    await house.pay(id, shopper)
    expect(await house.payments.cancel(TILL, id)).toMatchObject({ state: 'unknown' })
    await later()
    expect(await house.payments.byId(id)).toMatchObject({ state: 'cancelled', reason: 'cancelled_by_till' })
    expect(await house.charge(id)).toMatchObject({ state: 'voided' })
  })

  it('of the capture after an approval is looked up, not captured twice', async () => {
    const { id } = await create()
    const shopper = await house.shopper()
    house.chaos.loseReplies.capture = 1
    expect(await house.pay(id, shopper)).toMatchObject({ state: 'unknown', capturedMinor: 0 })
    await expect(house.payments.cancel(TILL, id)).rejects.toMatchObject({ code: 'payment_state' })
    await later()
    expect(await house.payments.byId(id)).toMatchObject({ state: 'approved', capturedMinor: 2340 })
  })
})

describe('a capture the processor refuses', () => {
  it('releases the hold and declines the payment: the shopper owes nothing', async () => {
    const { id, terminalId } = await create()
    const shopper = await house.shopper()
    const capture = house.sandbox.capture
    house.parts.processors.sandbox!.capture = () => Promise.reject(new ProcessorFailure('refused', 'not_today'))
    expect((await house.pay(id, shopper)).state).toBe('unknown')
    expect(await house.payments.activeOf(terminalId)).toBeNull()
    house.parts.processors.sandbox!.capture = capture
    await later()
    expect(await house.payments.byId(id)).toMatchObject({ state: 'declined', reason: 'processing_error' })
    expect(await house.charge(id)).toMatchObject({ state: 'voided' })
  })
})

describe('a charge nobody wants', () => {
  it('because it was authorised after the deadline, is voided', async () => {
    const { id } = await create({ deadlineMs: 5_000 })
    const shopper = await house.shopper()
    await house.hover(id)
    const assertion = await house.assert(id, shopper)
    const authorise = house.sandbox.authorise
    house.parts.processors.sandbox!.authorise = (request) => {
      house.clock.moveMs(6_000)
      return authorise(request)
    }
    const ended = await house.payments.authorise(id, assertion)
    house.parts.processors.sandbox!.authorise = authorise
    expect(ended).toMatchObject({ state: 'expired', reason: 'timed_out' })
    expect(await house.charge(id)).toMatchObject({ state: 'voided' })
  })

  it('is not one that the issuer allowed in time though we heard late', async () => {
    const { id } = await create({ deadlineMs: 5_000 })
    const shopper = await house.shopper()
    house.chaos.loseReplies.authorise = 1
    await house.pay(id, shopper)
    await later()
    expect((await house.payments.byId(id)).state).toBe('approved')
  })

  it('whose void is lost too, is still voided once', async () => {
    const { id } = await create()
    const shopper = await house.shopper()
    house.chaos.loseReplies = { authorise: 1, void: 1 }
    await house.pay(id, shopper)
    await house.payments.cancel(TILL, id)
    await later()
    await later()
    expect((await house.payments.byId(id)).state).toBe('cancelled')
    const { operations } = (await house.charge(id))!
    expect(operations.filter((operation) => operation.kind === 'void')).toHaveLength(1)
  })
})

describe('a request the processor never saw', () => {
  it('is declined after a while, never charged again, and a charge that turns up late is voided', async () => {
    const { id } = await create()
    const shopper = await house.shopper()
    // The request hangs somewhere: we give up waiting, it arrives later.
    let arrive = () => {}
    const authorise = house.sandbox.authorise
    house.parts.processors.sandbox!.authorise = (request) =>
      new Promise((_, reject) => {
        arrive = () => void authorise(request)
        reject(new Error('socket hang up'))
      })
    expect((await house.pay(id, shopper)).state).toBe('unknown')
    house.parts.processors.sandbox!.authorise = authorise
    house.clock.moveMs(6_000)
    await house.reconcile()
    expect((await house.payments.byId(id)).state).toBe('unknown')
    await later()
    expect(await house.payments.byId(id)).toMatchObject({ state: 'declined', reason: 'processing_error' })
    expect(await house.charge(id)).toBeNull()
    arrive()
    await expect.poll(async () => (await house.charge(id))?.state).toBe('authorised')
    house.clock.moveMs(60_001)
    await house.reconcile()
    expect(await house.charge(id)).toMatchObject({ state: 'voided' })
    expect(await house.payments.byId(id)).toMatchObject({ state: 'declined', capturedMinor: 0 })
  })
})

describe('a processor that is away for days', () => {
  const DAY_MS = 24 * 3_600_000
  const away = async (ms: number) => {
    house.chaos.down = true
    house.clock.moveMs(ms)
    await house.reconcile()
    house.chaos.down = false
    for (let round = 0; round < 3; round++) {
      house.clock.moveMs(9_000)
      await house.reconcile()
    }
  }

  it('still lets go of a hold that was to be released', async () => {
    const { id } = await create({ capture: 'manual' })
    await house.pay(id, await house.shopper())
    house.chaos.down = true
    expect((await house.payments.cancel(TILL, id)).state).toBe('approved')
    await away(2 * DAY_MS)
    expect(await house.charge(id)).toMatchObject({ state: 'voided' })
    expect(await house.payments.byId(id)).toMatchObject({ state: 'cancelled', reason: 'voided' })
  })

  it('takes no money it was asked for so long ago, and leaves nothing open when the hold has lapsed meanwhile', async () => {
    for (const days of [2, 8, 20]) {
      const { id } = await create()
      house.chaos.loseReplies.authorise = 1
      expect((await house.pay(id, await house.shopper())).state).toBe('unknown')
      const stop = house.sandbox.capture
      house.sandbox.capture = () => Promise.reject(new Error('nothing gets through'))
      house.clock.moveMs(9_000)
      await house.reconcile()
      house.sandbox.capture = stop
      await away(days * DAY_MS)
      const ended = await house.payments.byId(id)
      expect([days, ended.state, ended.capturedMinor]).toEqual([days, days > 7 ? 'expired' : 'declined', 0])
      expect((await house.charge(id))!.state).toBe(days > 7 ? 'lapsed' : 'voided')
    }
  })
})

describe('payments left alone', () => {
  it('end when their time is over or their terminal is gone, and free the terminal', async () => {
    const slow = await create({ deadlineMs: 5_000 })
    const gone = await create({ deadlineMs: 600_000 })
    await house.hover(gone.id)
    const kept = await create({ deadlineMs: 600_000 })
    house.silent.add(gone.terminalId)
    house.clock.moveMs(5_001)
    await house.reconcile()
    expect(await house.payments.byId(slow.id)).toMatchObject({ state: 'expired', reason: 'timed_out' })
    expect(await house.payments.byId(gone.id)).toMatchObject({ state: 'expired', reason: 'terminal_gone' })
    expect(await house.payments.byId(kept.id)).toMatchObject({ state: 'created', version: 1 })
    house.silent.clear()
    expect((await house.create({}, gone.terminalId)).state).toBe('created')
  })

  it('give a hover back that its node never finished', async () => {
    const { id } = await create({ deadlineMs: 600_000 })
    await house.hover(id)
    house.clock.moveMs(15_001)
    await house.reconcile()
    expect(await house.payments.byId(id)).toMatchObject({ state: 'presented', hoversLeft: 2 })
  })
})

it('runs rounds by itself until it is stopped', async () => {
  const { id } = await create({ deadlineMs: 5_000 })
  house.clock.moveMs(5_001)
  const failures: unknown[] = []
  const worker = createPaymentWorker(house.parts, (error) => failures.push(error))
  worker.start()
  await expect.poll(async () => (await house.payments.byId(id)).state).toBe('expired')
  await worker.stop()
  expect(failures).toEqual([])
})
