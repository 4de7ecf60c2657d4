import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { refusedAs, requestOf } from '../processor-contract/bench.ts'
import { CARD_CHANGES_AFTER_MS } from './instruments.ts'
import { type SandboxBench, sandboxBench } from './sandbox-bench.test-data.ts'

let bench: SandboxBench
beforeEach(async () => {
  bench = await sandboxBench()
})
afterEach(() => bench.close())

const subjects = async () =>
  Promise.all(
    (await bench.takeMessages()).map(async (message) => (await bench.processor.parseWebhook(message)).subject),
  )

describe('a card', () => {
  it('whose number says so is replaced by the bank after 30 days and pays on', async () => {
    const token = await bench.saveNumber('5200828282828210')
    const saved = { kind: 'usable', token, brand: 'mastercard', last4: '8210', expiryMonth: 12, expiryYear: 2040 }
    expect(await bench.processor.fetchInstrument(token)).toEqual(saved)
    expect(await subjects()).toEqual([])
    await bench.moveMs(CARD_CHANGES_AFTER_MS)
    const { now } = await bench.processor.desk.clock()
    expect(await bench.processor.fetchInstrument(token)).toEqual({
      ...saved,
      last4: '9444',
      expiryMonth: now.getUTCMonth() + 1,
      expiryYear: now.getUTCFullYear() + 4,
    })
    expect(await subjects()).toEqual([{ kind: 'instrument', token }])
    expect((await bench.processor.authorise(requestOf(token))).state).toBe('authorised')
  })

  it('whose number says so is lost after 30 days and declined from then on', async () => {
    const token = await bench.saveNumber('5105105105105100')
    expect((await bench.processor.authorise(requestOf(token))).state).toBe('authorised')
    await bench.moveMs(CARD_CHANGES_AFTER_MS)
    expect(await bench.processor.fetchInstrument(token)).toEqual({ kind: 'unusable', reason: 'card_lost' })
    expect(await bench.processor.authorise(requestOf(token))).toMatchObject({ declineReason: 'card_lost' })
  })

  it('runs out after the last day of its month, by the clock of the processor', async () => {
    const token = await bench.saveCard('approves')
    const { now } = await bench.processor.desk.clock()
    await bench.moveMs(Date.UTC(2041, 0, 1) - now.getTime() - 3_600_000)
    expect((await bench.processor.authorise(requestOf(token))).state).toBe('authorised')
    await bench.moveMs(3_600_000)
    expect(await bench.processor.fetchInstrument(token)).toEqual({ kind: 'unusable', reason: 'card_expired' })
    expect(await bench.processor.authorise(requestOf(token))).toMatchObject({ declineReason: 'card_expired' })
    // A replacement has a new date: the token is good again.
    await bench.changeCard(token, 'replaced')
    expect((await bench.processor.authorise(requestOf(token))).state).toBe('authorised')
  })

  it('that was forgotten is told of no more', async () => {
    const token = await bench.saveNumber('5200828282828210')
    await bench.processor.forgetInstrument(token)
    await bench.moveMs(CARD_CHANGES_AFTER_MS)
    expect(await subjects()).toEqual([])
    expect(await bench.processor.fetchInstrument(token)).toEqual({ kind: 'unusable', reason: 'forgotten' })
  })

  it('nobody saved cannot change', async () => {
    expect(await bench.processor.desk.changeCard('no-such-card', 'lost')).toBe(false)
  })
})

it('an authorisation of Visa without its holder stands five days, others seven', async () => {
  const days = async (number: string, initiator: 'shopper' | 'merchant') => {
    const { decidedAt, capturableUntil } = await bench.processor.authorise(
      requestOf(await bench.saveNumber(number), { initiator }),
    )
    return (capturableUntil!.getTime() - decidedAt.getTime()) / 86_400_000
  }
  expect(await days('4242424242424242', 'merchant')).toBe(5)
  expect(await days('4242424242424242', 'shopper')).toBe(7)
  expect(await days('5555555555554444', 'merchant')).toBe(7)
})

describe('clones', () => {
  it('change with the card they are clones of, each with its own message', async () => {
    const token = await bench.saveCard('approves')
    const clone = await bench.processor.cloneInstrument({ token, merchantRef: 'acct_bakery' })
    await bench.changeCard(token, 'lost')
    const tokens = (await subjects()).map((subject) => (subject.kind === 'instrument' ? subject.token : ''))
    expect(tokens.sort()).toEqual([token, clone.token].sort())
    expect(await bench.processor.fetchInstrument(clone.token)).toEqual({ kind: 'unusable', reason: 'card_lost' })
  })

  it('are one for a merchant, also asked for at once, and another after that one was forgotten', async () => {
    const { processor } = bench
    const token = await bench.saveCard('approves')
    const clones = await Promise.all(
      Array.from({ length: 4 }, () => processor.cloneInstrument({ token, merchantRef: 'acct_bakery' })),
    )
    expect(new Set(clones.map((clone) => clone.token)).size).toBe(1)
    const florist = await processor.cloneInstrument({ token, merchantRef: 'acct_florist' })
    expect(florist.token).not.toBe(clones[0]!.token)
    await processor.forgetInstrument(clones[0]!.token)
    const again = await processor.cloneInstrument({ token, merchantRef: 'acct_bakery' })
    expect(again.token).not.toBe(clones[0]!.token)
    expect((await processor.authorise(requestOf(again.token, { merchantRef: 'acct_bakery' }))).state).toBe('authorised')
  })

  it('pay their merchant only, and are not cloned further', async () => {
    const { processor } = bench
    const token = await bench.saveCard('approves')
    const clone = await processor.cloneInstrument({ token, merchantRef: 'acct_bakery' })
    const unknown = refusedAs('instrument_unknown')
    for (const merchantRef of [undefined, null, 'acct_florist']) {
      await expect(processor.authorise(requestOf(clone.token, { merchantRef }))).rejects.toEqual(unknown)
    }
    await expect(processor.authorise(requestOf(token, { merchantRef: 'acct_bakery' }))).rejects.toEqual(unknown)
    await expect(processor.cloneInstrument({ token: clone.token, merchantRef: 'acct_x' })).rejects.toEqual(unknown)
    const charge = await processor.authorise(requestOf(clone.token, { merchantRef: 'acct_bakery' }))
    const capture = { key: 'of-another', chargeRef: charge.ref, amountMinor: 2340n, merchantRef: 'acct_florist' }
    await expect(processor.capture(capture)).rejects.toEqual(refusedAs('charge_unknown'))
  })
})
