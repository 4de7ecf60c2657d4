import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../../../test/test-database.ts'
import { movableClock } from '../../clock.ts'
import { type AuthoriseRequest, type Processor, ProcessorFailure } from './processor.ts'
import { calm } from './sandbox/chaos.ts'
import { openSandboxProcessor, SLOW_REFUND_MS } from './sandbox/sandbox.ts'

/** What the suite needs of an adapter under test, beside the port itself. */
type Bench = {
  processor: Processor
  /** Saves a card and answers its token, as a page and a shopper would. */
  saveCard(kind: 'approves' | 'declines' | 'slow_refund' | 'failing_refund'): Promise<string>
  moveMs(byMs: number): void
  close(): Promise<void>
}

const SANDBOX_NUMBERS = {
  approves: '4242424242424242',
  declines: '4000000000009995',
  slow_refund: '4000000000007726',
  failing_refund: '4000000000005126',
}

async function sandboxBench(): Promise<Bench> {
  const database = await createTestDatabase()
  const clock = movableClock()
  const sandbox = await openSandboxProcessor({ databaseUrl: database.url, clock, chaos: calm(), mode: 'sandbox' })
  return {
    processor: sandbox,
    async saveCard(kind) {
      const { setupId, clientSecret } = await sandbox.createSetup({ setupId: randomUUID() })
      const card = { clientSecret, number: SANDBOX_NUMBERS[kind], expiryMonth: 12, expiryYear: 2040, cvc: '123' }
      expect((await sandbox.confirmSetup(setupId, card)).kind).toBe('saved')
      const state = await sandbox.fetchSetup(setupId)
      if (state?.kind !== 'succeeded') throw new Error('the card was not saved')
      return state.token
    },
    moveMs: (byMs) => clock.moveMs(byMs),
    async close() {
      await sandbox.close()
      await database.drop()
    },
  }
}

const ADAPTERS: [string, () => Promise<Bench>][] = [['sandbox', sandboxBench]]

describe.each(ADAPTERS)('the processor %s', (_name, open) => {
  let bench: Bench
  let processor: Processor
  beforeAll(async () => {
    bench = await open()
    processor = bench.processor
  })
  afterAll(() => bench.close())

  const request = (token: string, more: Partial<AuthoriseRequest> = {}): AuthoriseRequest => ({
    key: randomUUID(),
    token,
    amountMinor: 2340n,
    currency: 'USD',
    initiator: 'shopper',
    capture: 'manual',
    ...more,
  })
  const refusedAs = (reason: string) => expect.objectContaining({ name: 'ProcessorFailure', kind: 'refused', reason })
  const follow = (chargeRef: string, amountMinor: bigint, key: string = randomUUID()) => ({
    key,
    chargeRef,
    amountMinor,
  })
  const captured = async (kind: Parameters<Bench['saveCard']>[0] = 'approves') => {
    const charge = await processor.authorise(request(await bench.saveCard(kind)))
    return processor.capture(follow(charge.ref, charge.amountMinor))
  }

  it('authorises, captures and finds the charge by our key and by its own name', async () => {
    const asked = request(await bench.saveCard('approves'))
    const authorised = await processor.authorise(asked)
    expect(authorised).toMatchObject({ state: 'authorised', key: asked.key, amountMinor: 2340n, capturedMinor: 0n })
    const after = await processor.capture(follow(authorised.ref, 2340n))
    expect(after).toMatchObject({ state: 'captured', capturedMinor: 2340n })
    expect(await processor.fetch({ key: asked.key })).toEqual(after)
    expect(await processor.fetch({ ref: authorised.ref })).toEqual(after)
  })

  it('captures at once when asked to', async () => {
    const charge = await processor.authorise(request(await bench.saveCard('approves'), { capture: 'automatic' }))
    expect(charge).toMatchObject({ state: 'captured', capturedMinor: 2340n })
  })

  it('answers a decline as a charge, not as a failure, and charges nothing', async () => {
    const charge = await processor.authorise(request(await bench.saveCard('declines')))
    expect(charge).toMatchObject({ state: 'declined', declineReason: 'insufficient_funds', capturedMinor: 0n })
    await expect(processor.capture(follow(charge.ref, 1n))).rejects.toEqual(refusedAs('charge_declined'))
  })

  it('charges once for one key, however often and however at once it is asked', async () => {
    const asked = request(await bench.saveCard('approves'))
    const charges = await Promise.all(Array.from({ length: 4 }, () => processor.authorise(asked)))
    expect(new Set(charges.map((charge) => charge.ref)).size).toBe(1)
    await expect(processor.authorise({ ...asked, amountMinor: 1n })).rejects.toEqual(
      refusedAs('key_of_another_request'),
    )
  })

  it('knows nothing of a key it never saw, and refuses a card it does not know', async () => {
    expect(await processor.fetch({ key: randomUUID() })).toBeNull()
    const asked = request('no-such-card')
    await expect(processor.authorise(asked)).rejects.toEqual(refusedAs('instrument_unknown'))
    expect(await processor.fetch({ key: asked.key })).toBeNull()
  })

  it('captures in part once and releases the rest', async () => {
    const charge = await processor.authorise(request(await bench.saveCard('approves')))
    await expect(processor.capture(follow(charge.ref, 2341n))).rejects.toEqual(refusedAs('amount_exceeds'))
    expect(await processor.capture(follow(charge.ref, 1000n))).toMatchObject({
      state: 'captured',
      capturedMinor: 1000n,
    })
    await expect(processor.capture(follow(charge.ref, 500n))).rejects.toEqual(refusedAs('charge_captured'))
  })

  it('voids what is not captured, and refuses to afterwards', async () => {
    const charge = await processor.authorise(request(await bench.saveCard('approves')))
    const voided = follow(charge.ref, charge.amountMinor)
    expect((await processor.void(voided)).state).toBe('voided')
    expect((await processor.void(voided)).state).toBe('voided')
    await expect(processor.capture(follow(charge.ref, 1n))).rejects.toEqual(refusedAs('charge_voided'))
    const paid = await captured()
    await expect(processor.void(follow(paid.ref, 2340n))).rejects.toEqual(refusedAs('charge_captured'))
  })

  it('refunds in parts, never more than was captured, even at once', async () => {
    const paid = await captured()
    const tries = await Promise.allSettled(Array.from({ length: 4 }, () => processor.refund(follow(paid.ref, 1000n))))
    expect(tries.filter((tried) => tried.status === 'fulfilled')).toHaveLength(2)
    expect((await processor.fetch({ ref: paid.ref }))!.refundedMinor).toBe(2000n)
    const key = randomUUID()
    expect((await processor.refund(follow(paid.ref, 340n, key))).refundedMinor).toBe(2340n)
    expect((await processor.refund(follow(paid.ref, 340n, key))).refundedMinor).toBe(2340n)
  })

  it('settles a slow refund later, and one may fail', async () => {
    const slow = await captured('slow_refund')
    const failing = await captured('failing_refund')
    for (const charge of [slow, failing]) {
      const asked = await processor.refund(follow(charge.ref, 2340n))
      expect(asked.operations.at(-1)).toMatchObject({ kind: 'refund', state: 'pending' })
      expect(asked.refundedMinor).toBe(0n)
    }
    bench.moveMs(SLOW_REFUND_MS + 1)
    expect((await processor.fetch({ ref: slow.ref }))!.refundedMinor).toBe(2340n)
    const failed = (await processor.fetch({ ref: failing.ref }))!
    expect(failed.refundedMinor).toBe(0n)
    expect(failed.operations.at(-1)).toMatchObject({ kind: 'refund', state: 'failed' })
  })

  it('lets an authorisation lapse', async () => {
    const charge = await processor.authorise(request(await bench.saveCard('approves')))
    const ttlMs = processor.capabilities.authorisationTtlMs
    if (ttlMs === null) return expect(charge.capturableUntil).toBeNull()
    bench.moveMs(ttlMs + 1_000)
    expect((await processor.fetch({ ref: charge.ref }))!.state).toBe('lapsed')
    await expect(processor.capture(follow(charge.ref, 1n))).rejects.toEqual(refusedAs('charge_lapsed'))
    bench.moveMs(-ttlMs - 1_000)
  })

  it('lists what it will pay out', async () => {
    const paid = await captured()
    await processor.refund(follow(paid.ref, 40n))
    const lines = await processor.listSettlement({ from: new Date(0), to: new Date('2100-01-01') })
    const mine = lines.filter((line) => line.chargeKey === paid.key)
    expect(mine.map(({ kind, amountMinor }) => ({ kind, amountMinor }))).toEqual([
      { kind: 'capture', amountMinor: 2340n },
      { kind: 'refund', amountMinor: -40n },
    ])
  })

  it('refunds a card that was forgotten but charges it no more', async () => {
    const token = await bench.saveCard('approves')
    const charge = await processor.authorise(request(token, { capture: 'automatic' }))
    await processor.forgetInstrument(token)
    await expect(processor.authorise(request(token))).rejects.toEqual(refusedAs('instrument_unknown'))
    expect((await processor.refund(follow(charge.ref, 2340n))).refundedMinor).toBe(2340n)
  })

  it('says so where it lacks a capability', async () => {
    const unsupported = expect.objectContaining({ kind: 'unsupported' })
    const { increments, cloneInstruments, webhooks } = processor.capabilities
    if (!increments) await expect(processor.increment(follow('x', 1n))).rejects.toEqual(unsupported)
    if (!cloneInstruments)
      await expect(processor.cloneInstrument({ token: 'x', merchantRef: 'y' })).rejects.toEqual(unsupported)
    if (!webhooks)
      await expect(processor.parseWebhook({ headers: {}, rawBody: Buffer.of() })).rejects.toEqual(unsupported)
    expect(new ProcessorFailure('unsupported', 'x').message).toContain('unsupported')
  })
})
