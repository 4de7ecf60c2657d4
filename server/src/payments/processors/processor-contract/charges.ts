import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { authorised, captured, followUpOf, refusedAs, requestOf, type UseBench, unsupported } from './bench.ts'

/** Authorise, capture, void and increment, each alone and after each other. */
export function chargesContract(bench: UseBench): void {
  describe('a charge', () => {
    it('is authorised, captured and found by our key and by its own name', async () => {
      const { processor } = bench()
      const asked = requestOf(await bench().saveCard('approves'))
      const charge = await processor.authorise(asked)
      expect(charge).toMatchObject({ state: 'authorised', key: asked.key, amountMinor: 2340n, currency: 'USD' })
      expect([charge.capturedMinor, charge.refundedMinor]).toEqual([0n, 0n])
      expect(charge.maximumCaptureMinor).toBeGreaterThanOrEqual(charge.amountMinor)
      const after = await processor.capture(followUpOf(charge, 2340n))
      expect(after).toMatchObject({ state: 'captured', capturedMinor: 2340n })
      expect(await processor.fetch({ key: asked.key })).toEqual(after)
      expect(await processor.fetch({ ref: charge.ref })).toEqual(after)
    })

    it('is captured at once when asked to', async () => {
      const asked = requestOf(await bench().saveCard('approves'), { capture: 'automatic' })
      expect(await bench().processor.authorise(asked)).toMatchObject({ state: 'captured', capturedMinor: 2340n })
    })

    it('takes a currency without minor units as it is', async () => {
      const asked = requestOf(await bench().saveCard('approves'), { currency: 'JPY', amountMinor: 500n })
      const charge = await bench().processor.authorise({ ...asked, capture: 'automatic' })
      expect(charge).toMatchObject({ currency: 'JPY', amountMinor: 500n, capturedMinor: 500n })
    })

    it('may be started by the merchant while nobody stands there; it stands as long as it says, never longer than others', async () => {
      const { processor } = bench()
      const charge = await processor.authorise(requestOf(await bench().saveCard('approves'), { initiator: 'merchant' }))
      expect(charge.state).toBe('authorised')
      const ttlMs = processor.capabilities.authorisationTtlMs
      if (ttlMs === null) return expect(charge.capturableUntil).toBeNull()
      const standsMs = charge.capturableUntil!.getTime() - charge.decidedAt.getTime()
      expect(standsMs).toBeGreaterThan(0)
      expect(standsMs).toBeLessThanOrEqual(ttlMs)
    })

    it("takes the till's own number as it is, whatever a till writes into it", async () => {
      const { processor } = bench()
      const token = await bench().saveCard('approves')
      for (const tillReference of ['7', 'Bon Nr. 7 <æøå> "½" \\ %00 \'; --', '収据7', 'x'.repeat(80)]) {
        const reference = { paymentId: `pay_${randomUUID()}`, tillReference }
        const asked = requestOf(token, { reference })
        const charge = await processor.authorise(asked)
        expect(charge.state, tillReference).toBe('authorised')
        expect((await processor.authorise(asked)).ref).toBe(charge.ref)
      }
    })

    it('that is declined is an answer, no failure, and takes nothing', async () => {
      const { processor } = bench()
      const asked = requestOf(await bench().saveCard('declines'), { capture: 'automatic' })
      const charge = await processor.authorise(asked)
      expect(charge).toMatchObject({ state: 'declined', declineReason: 'insufficient_funds', capturedMinor: 0n })
      expect(await processor.fetch({ key: asked.key })).toMatchObject({ state: 'declined', ref: charge.ref })
      await expect(processor.capture(followUpOf(charge, 1n))).rejects.toEqual(refusedAs('charge_declined'))
      await expect(processor.void(followUpOf(charge, 2340n))).rejects.toEqual(refusedAs('charge_declined'))
      await expect(processor.refund(followUpOf(charge, 1n))).rejects.toEqual(refusedAs('charge_not_captured'))
    })

    it('nobody made is unknown, and one on an unknown card is refused', async () => {
      const { processor } = bench()
      expect(await processor.fetch({ key: randomUUID() })).toBeNull()
      expect(await processor.fetch({ ref: 'no-such-charge' })).toBeNull()
      const asked = requestOf('no-such-card')
      await expect(processor.authorise(asked)).rejects.toEqual(refusedAs('instrument_unknown'))
      expect(await processor.fetch({ key: asked.key })).toBeNull()
      for (const call of ['capture', 'void', 'refund'] as const) {
        const request = followUpOf({ ref: 'no-such-charge' }, 1n)
        await expect(processor[call](request)).rejects.toEqual(refusedAs('charge_unknown'))
      }
    })

    it('of nothing, or of less than nothing, is refused', async () => {
      const { processor } = bench()
      const token = await bench().saveCard('approves')
      const charge = await processor.authorise(requestOf(token))
      for (const amountMinor of [0n, -1n]) {
        await expect(processor.authorise(requestOf(token, { amountMinor }))).rejects.toEqual(
          refusedAs('amount_invalid'),
        )
        await expect(processor.capture(followUpOf(charge, amountMinor))).rejects.toEqual(refusedAs('amount_invalid'))
      }
      const paid = await processor.capture(followUpOf(charge, 2340n))
      for (const amountMinor of [0n, -1n]) {
        await expect(processor.refund(followUpOf(paid, amountMinor))).rejects.toEqual(refusedAs('amount_invalid'))
      }
    })
  })

  capturesContract(bench)
  endsContract(bench)
  incrementsContract(bench)
}

function capturesContract(bench: UseBench): void {
  describe('a capture', () => {
    it('takes a part and releases the rest, where the processor can', async () => {
      const { processor } = bench()
      const charge = await authorised(bench())
      const part = processor.capture(followUpOf(charge, 1000n))
      if (!processor.capabilities.partialCapture) {
        await expect(part).rejects.toEqual(unsupported)
        expect(await processor.fetch({ ref: charge.ref })).toMatchObject({ state: 'authorised', capturedMinor: 0n })
        return
      }
      expect(await part).toMatchObject({ state: 'captured', capturedMinor: 1000n })
      await expect(processor.capture(followUpOf(charge, 500n))).rejects.toEqual(refusedAs('charge_captured'))
      await expect(processor.refund(followUpOf(charge, 1001n))).rejects.toEqual(refusedAs('amount_exceeds'))
    })

    it('takes no more than the charge says may be taken', async () => {
      const { processor } = bench()
      const charge = await authorised(bench())
      const { maximumCaptureMinor: maximum } = charge
      if (!processor.capabilities.overCapture) expect(maximum).toBe(charge.amountMinor)
      await expect(processor.capture(followUpOf(charge, maximum + 1n))).rejects.toEqual(refusedAs('amount_exceeds'))
      const taken = await processor.capture(followUpOf(charge, maximum))
      expect(taken).toMatchObject({ state: 'captured', capturedMinor: maximum })
      expect((await processor.refund(followUpOf(charge, maximum))).refundedMinor).toBe(maximum)
    })

    it('happens once', async () => {
      const paid = await captured(bench())
      await expect(bench().processor.capture(followUpOf(paid, 2340n))).rejects.toEqual(refusedAs('charge_captured'))
      expect((await bench().processor.fetch({ ref: paid.ref }))!.capturedMinor).toBe(2340n)
    })

    it('asked for four times at once under four keys happens once', async () => {
      const charge = await authorised(bench())
      const tries = await Promise.allSettled(
        Array.from({ length: 4 }, () => bench().processor.capture(followUpOf(charge, 2340n))),
      )
      expect(tries.filter((tried) => tried.status === 'fulfilled')).toHaveLength(1)
      const { capturedMinor, operations } = (await bench().processor.fetch({ ref: charge.ref }))!
      expect(capturedMinor).toBe(2340n)
      expect(operations.filter(({ kind, state }) => kind === 'capture' && state === 'succeeded')).toHaveLength(1)
    })
  })
}

function endsContract(bench: UseBench): void {
  describe('an authorisation', () => {
    it('is voided once and captured no more', async () => {
      const { processor } = bench()
      const charge = await authorised(bench())
      expect((await processor.void(followUpOf(charge, charge.amountMinor))).state).toBe('voided')
      await expect(processor.void(followUpOf(charge, charge.amountMinor))).rejects.toEqual(refusedAs('charge_voided'))
      await expect(processor.capture(followUpOf(charge, 1n))).rejects.toEqual(refusedAs('charge_voided'))
      await expect(processor.refund(followUpOf(charge, 1n))).rejects.toEqual(refusedAs('charge_not_captured'))
    })

    it('that was captured is not voided', async () => {
      const paid = await captured(bench())
      await expect(bench().processor.void(followUpOf(paid, 2340n))).rejects.toEqual(refusedAs('charge_captured'))
      expect(await bench().processor.fetch({ ref: paid.ref })).toMatchObject({ state: 'captured' })
    })

    it('that is captured and voided at once ends as one of the two', async () => {
      const { processor } = bench()
      const charge = await authorised(bench())
      const tries = await Promise.allSettled([
        processor.capture(followUpOf(charge, 2340n)),
        processor.void(followUpOf(charge, 2340n)),
      ])
      expect(tries.filter((tried) => tried.status === 'fulfilled')).toHaveLength(1)
      const { state, capturedMinor } = (await processor.fetch({ ref: charge.ref }))!
      expect([state, capturedMinor]).toEqual(state === 'voided' ? ['voided', 0n] : ['captured', 2340n])
    })

    it('lapses when its time is over, where the processor says when that is', async () => {
      const { processor } = bench()
      const charge = await authorised(bench())
      const ttlMs = processor.capabilities.authorisationTtlMs
      if (ttlMs === null) return expect(charge.capturableUntil).toBeNull()
      expect(charge.capturableUntil!.getTime() - charge.decidedAt.getTime()).toBe(ttlMs)
      await bench().moveMs(ttlMs + 1_000)
      expect((await processor.fetch({ ref: charge.ref }))!.state).toBe('lapsed')
      await expect(processor.capture(followUpOf(charge, 1n))).rejects.toEqual(refusedAs('charge_lapsed'))
      await expect(processor.void(followUpOf(charge, 2340n))).rejects.toEqual(refusedAs('charge_lapsed'))
    })
  })
}

function incrementsContract(bench: UseBench): void {
  describe('an increment', () => {
    it('raises what may be captured, or is no capability', async () => {
      const { processor } = bench()
      const charge = await authorised(bench())
      const asked = processor.increment(followUpOf(charge, 660n))
      if (!processor.capabilities.increments) return expect(asked).rejects.toEqual(unsupported)
      const raised = await asked
      expect(raised).toMatchObject({ state: 'authorised', amountMinor: 3000n, capturedMinor: 0n })
      expect(raised.maximumCaptureMinor).toBeGreaterThanOrEqual(3000n)
      expect(raised.operations).toMatchObject([{ kind: 'increment', amountMinor: 660n, state: 'succeeded' }])
      const again = await processor.increment(followUpOf(charge, 500n))
      expect(again.amountMinor).toBe(3500n)
      expect(await processor.capture(followUpOf(charge, 3500n))).toMatchObject({ capturedMinor: 3500n })
      await expect(processor.increment(followUpOf(charge, 1n))).rejects.toEqual(refusedAs('charge_captured'))
    })

    it('that the issuer declines leaves the charge as it was', async () => {
      const { processor } = bench()
      if (!processor.capabilities.increments) {
        return expect(processor.increment(followUpOf({ ref: 'x' }, 1n))).rejects.toEqual(unsupported)
      }
      const charge = await authorised(bench(), 'declines_increments')
      const asked = followUpOf(charge, 660n)
      for (const _twice of [1, 2]) {
        await expect(processor.increment(asked)).rejects.toEqual(refusedAs('increment_declined'))
      }
      const { state, amountMinor, maximumCaptureMinor } = (await processor.fetch({ ref: charge.ref }))!
      expect({ state, amountMinor, maximumCaptureMinor }).toEqual({
        state: 'authorised',
        amountMinor: 2340n,
        maximumCaptureMinor: charge.maximumCaptureMinor,
      })
      expect((await processor.capture(followUpOf(charge, 2340n))).capturedMinor).toBe(2340n)
    })

    it('comes too late after a void, and may not be of nothing', async () => {
      const { processor } = bench()
      if (!processor.capabilities.increments) {
        return expect(processor.increment(followUpOf({ ref: 'x' }, 0n))).rejects.toEqual(unsupported)
      }
      const charge = await authorised(bench())
      await expect(processor.increment(followUpOf(charge, 0n))).rejects.toEqual(refusedAs('amount_invalid'))
      await processor.void(followUpOf(charge, charge.amountMinor))
      await expect(processor.increment(followUpOf(charge, 1n))).rejects.toEqual(refusedAs('charge_voided'))
      await expect(processor.increment(followUpOf({ ref: 'no-such-charge' }, 1n))).rejects.toEqual(
        refusedAs('charge_unknown'),
      )
    })
  })
}
