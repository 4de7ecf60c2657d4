import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openPaymentHouse, STRANGER, TILL, terminalCaller } from '../../test/payment-house.ts'

const house = await openPaymentHouse()
/** A terminal of its own for each test: none waits for another's payment. */
const terminal = house.newTerminal
const code = (wanted: string) => expect.objectContaining({ name: 'Failure', code: wanted })

describe('creating a payment', () => {
  it('refuses amounts and currencies that cannot be, each with its code', async () => {
    for (const amountMinor of [0, -1, 1.5, 100_000_001, Number.NaN, Number.MAX_SAFE_INTEGER]) {
      await expect(house.create({ amountMinor }, terminal())).rejects.toEqual(code('amount_invalid'))
    }
    for (const currency of ['EUR', 'XXX', 'usd']) {
      await expect(house.create({ currency }, terminal())).rejects.toEqual(code('currency_unsupported'))
    }
  })

  it('tells at once when the terminal is not connected, and knows no terminal of others', async () => {
    const silent = terminal()
    house.silent.add(silent)
    await expect(house.create({}, silent)).rejects.toEqual(code('terminal_offline'))
    await expect(house.create({}, 'dev_unheard')).rejects.toEqual(code('terminal_unknown'))
    const body = { amountMinor: 1, currency: 'USD', reference: 'r' }
    const asked = house.payments.create(STRANGER, terminal(), body, house.idempotent('/x', body))
    await expect(asked).rejects.toEqual(code('terminal_unknown'))
  })

  it('makes one payment of a double tap and answers both taps the same', async () => {
    const [key, at, more] = [randomUUID(), terminal(), { reference: 'tap' }]
    const taps = await Promise.all(Array.from({ length: 5 }, () => house.create(more, at, key)))
    for (const tap of taps) expect(tap).toEqual(taps[0])
    expect(await house.payments.byReference(TILL, 'tap')).toHaveLength(1)
  })

  it('answers the stored reply even after the payment went on and the terminal went away', async () => {
    const [key, at, more] = [randomUUID(), terminal(), { reference: 'later' }]
    const first = await house.create(more, at, key)
    await house.pay(first.id, await house.shopper())
    house.silent.add(at)
    expect(await house.create(more, at, key)).toEqual(first)
  })

  it('refuses a key that was used for something else, and a key without form', async () => {
    const [key, at] = [randomUUID(), terminal()]
    await house.create({ reference: 'one' }, at, key)
    await expect(house.create({ reference: 'two' }, at, key)).rejects.toEqual(code('idempotency_key_conflict'))
    await expect(house.create({}, terminal(), 'with space')).rejects.toEqual(code('idempotency_key_required'))
  })

  it('keeps no key of a request that was refused', async () => {
    const [key, at, more] = [randomUUID(), terminal(), { reference: 'again' }]
    const first = await house.create({}, at)
    await expect(house.create(more, at, key)).rejects.toEqual(code('terminal_busy'))
    await house.payments.cancel(TILL, first.id)
    expect((await house.create(more, at, key)).state).toBe('created')
  })

  it('lets one of many tills have the terminal', async () => {
    const at = terminal()
    const tries = await Promise.allSettled(Array.from({ length: 6 }, () => house.create({}, at)))
    expect(tries.filter((tried) => tried.status === 'fulfilled')).toHaveLength(1)
    for (const tried of tries) if (tried.status === 'rejected') expect(tried.reason).toEqual(code('terminal_busy'))
  })

  it('takes the terminal back from a payment whose time is over', async () => {
    const at = terminal()
    const first = await house.create({ deadlineMs: 5_000 }, at)
    house.clock.moveMs(5_001)
    const second = await house.create({}, at)
    expect(second.state).toBe('created')
    expect(await house.payments.byId(first.id)).toMatchObject({ state: 'expired', reason: 'timed_out', version: 2 })
  })
})

describe('a hover', () => {
  it('pays: state, version, card, receipt and books', async () => {
    const created = await house.create({ tip: { mode: 'ask', presets: [10] } }, terminal())
    await house.payments.present(terminalCaller(created.terminalId), created.id)
    const tipped = await house.payments.chooseTip(terminalCaller(created.terminalId), created.id, 234)
    expect(tipped).toMatchObject({ state: 'presented', tipMinor: 234, totalMinor: 2574, version: 3 })
    await house.payments.recordPalmCaptured(created.id, 'cap_1')
    const paid = await house.payments.authorise(created.id, await house.assert(created.id, await house.shopper()))
    expect(paid).toMatchObject({ state: 'approved', capturedMinor: 2574, card: { brand: 'visa', last4: '4242' } })
    expect(paid.receiptId).toMatch(/^rct_/)
    expect(paid.version).toBe(7)
    expect(await house.charge(paid.id)).toMatchObject({ state: 'captured', capturedMinor: 2574n })
    const receipt = await house.payments.receipt(TILL, paid.id)
    expect(receipt.lines.join('\n')).toContain('25.74 USD')
  })

  it('fails twice, then says why of the palm and leaves the basket alone', async () => {
    const { id } = await house.create({}, terminal())
    await house.hover(id)
    const guidance = [{ code: 'blurred' as const, message: 'Sharpness 12, at least 40.' }]
    const failed = { kind: 'failed', reason: 'poor_quality' } as const
    expect(await house.payments.recordHoverOutcome(id, failed, guidance)).toMatchObject({
      state: 'presented',
      hoversLeft: 1,
      lastGuidance: guidance,
    })
    await house.payments.recordPalmCaptured(id, 'cap_2')
    const ended = await house.payments.recordHoverOutcome(id, { kind: 'failed', reason: 'not_recognised' }, [])
    expect(ended).toMatchObject({ state: 'declined', reason: 'not_recognised', hoversLeft: 0 })
    expect(await house.charge(id)).toBeNull()
  })

  it('that fails after the till has cancelled shows the cancellation', async () => {
    const { id } = await house.create({}, terminal())
    await house.hover(id)
    await house.payments.cancel(TILL, id)
    const ended = await house.payments.recordHoverOutcome(id, { kind: 'failed', reason: 'not_recognised' }, [])
    expect(ended).toMatchObject({ state: 'cancelled', reason: 'cancelled_by_till', hoversLeft: 2 })
  })

  it('that was given up for lost counts nothing against the one after it', async () => {
    const { id } = await house.create({}, terminal())
    await house.hover(id)
    await house.payments.recordHoverLost(id, 'cap_elsewhere')
    const { state } = await house.payments.byId(id)
    expect(state).toBe('palm_captured')
    const failed = { kind: 'failed', reason: 'poor_quality' } as const
    const late = await house.payments.recordHoverOutcome(id, failed, [], 'cap_elsewhere')
    expect(late).toMatchObject({ state: 'palm_captured', hoversLeft: 2 })
  })

  it('may ask for the other palm without costing a hover', async () => {
    const { id } = await house.create({}, terminal())
    await house.hover(id)
    const asked = await house.payments.recordHoverOutcome(id, { kind: 'other_palm', hand: 'L' }, [])
    expect(asked).toMatchObject({ state: 'presented', askedHand: 'L', hoversLeft: 2 })
  })

  it('takes no tip after the palm, nor where none is asked for', async () => {
    const { id, terminalId } = await house.create({ tip: { mode: 'ask' } }, terminal())
    await house.hover(id)
    await house.payments.recordHoverOutcome(id, { kind: 'failed', reason: 'not_recognised' }, [])
    await expect(house.payments.chooseTip(terminalCaller(terminalId), id, 100)).rejects.toEqual(code('payment_state'))
    const plain = await house.create({}, terminal())
    await house.payments.present(terminalCaller(plain.terminalId), plain.id)
    const tip = house.payments.chooseTip(terminalCaller(plain.terminalId), plain.id, 1)
    await expect(tip).rejects.toEqual(code('payment_state'))
  })

  it('says each reason of the money', async () => {
    const reasons = {
      '4000000000009995': 'insufficient_funds',
      '4000000000009987': 'card_lost',
      '4000000000000119': 'processing_error',
      '4000002760003184': 'authentication_required',
      '4000000000000341': 'card_declined',
    }
    for (const [number, reason] of Object.entries(reasons)) {
      const { id } = await house.create({}, terminal())
      expect(await house.pay(id, await house.shopper(number))).toMatchObject({
        state: 'declined',
        reason,
        capturedMinor: 0,
      })
    }
    const none = await house.create({}, terminal())
    expect(await house.pay(none.id, 'shp_without')).toMatchObject({ state: 'declined', reason: 'no_instrument' })
    house.erased.add('shp_erased')
    const gone = await house.create({}, terminal())
    expect(await house.pay(gone.id, 'shp_erased')).toMatchObject({ state: 'declined', reason: 'shopper_erased' })
  })

  it('is declined for certain when the processor is down', async () => {
    const { id } = await house.create({}, terminal())
    const shopper = await house.shopper()
    house.chaos.down = true
    expect(await house.pay(id, shopper)).toMatchObject({ state: 'declined', reason: 'processor_unavailable' })
    house.chaos.down = false
    expect(await house.charge(id)).toBeNull()
  })
})

describe('an assertion', () => {
  it('is good for this payment only, to the cent', async () => {
    const { id } = await house.create({}, terminal())
    const shopper = await house.shopper()
    await house.hover(id)
    const changes = [
      { terminalId: 'dev_terminal_of_others' },
      { payeeId: 'shop_B' },
      { paymentId: 'pay_other' },
      { amountMinor: 2339n },
      { currency: 'EUR' },
    ]
    for (const change of changes) {
      const bent = await house.assert(id, shopper, change)
      await expect(house.payments.authorise(id, bent)).rejects.toEqual(code('assertion_invalid'))
    }
    const old = await house.assert(id, shopper, { expiresAt: new Date(house.clock.nowMs()) })
    await expect(house.payments.authorise(id, old)).rejects.toEqual(code('assertion_expired'))
    expect((await house.payments.byId(id)).state).toBe('palm_captured')
    expect(await house.charge(id)).toBeNull()
  })

  it('is spent with the payment and never again', async () => {
    const { id } = await house.create({}, terminal())
    await house.hover(id)
    const assertion = await house.assert(id, await house.shopper())
    const tries = await Promise.allSettled(Array.from({ length: 4 }, () => house.payments.authorise(id, assertion)))
    expect(tries.filter((tried) => tried.status === 'fulfilled')).toHaveLength(1)
    for (const tried of tries) if (tried.status === 'rejected') expect(tried.reason).toEqual(code('assertion_spent'))
    expect(await house.charge(id)).toMatchObject({ capturedMinor: 2340n })
  })

  it('charges nothing when the till cancelled while the hand was read', async () => {
    const { id } = await house.create({}, terminal())
    await house.hover(id)
    const assertion = await house.assert(id, await house.shopper())
    await house.payments.cancel(TILL, id)
    expect(await house.payments.authorise(id, assertion)).toMatchObject({
      state: 'cancelled',
      reason: 'cancelled_by_till',
    })
    expect(await house.charge(id)).toBeNull()
  })
})

describe('who may see a payment', () => {
  it('is a device of its shop, and its own terminal', async () => {
    const { id } = await house.create({}, terminal())
    const unknown = code('payment_unknown')
    await expect(house.payments.byId(id, STRANGER)).rejects.toEqual(unknown)
    await expect(house.payments.cancel(STRANGER, id)).rejects.toEqual(unknown)
    await expect(house.payments.receipt(STRANGER, id)).rejects.toEqual(unknown)
    await expect(house.payments.present(terminalCaller('dev_terminal_wrong'), id)).rejects.toEqual(unknown)
    await expect(house.payments.cancel(terminalCaller('dev_terminal_wrong'), id)).rejects.toEqual(unknown)
    expect(await house.payments.byReference(STRANGER, 'tap')).toEqual([])
  })
})
