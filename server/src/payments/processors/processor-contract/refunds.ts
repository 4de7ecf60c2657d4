import { describe, expect, it } from 'vitest'
import { authorised, captured, followUpOf, refusedAs, requestOf, type UseBench } from './bench.ts'

/** Money given back: never more than was taken, at once or later, or not at all. */
export function refundsContract(bench: UseBench): void {
  describe('a refund', () => {
    it('may come in parts, never more in all than was captured', async () => {
      const { processor } = bench()
      const paid = await captured(bench())
      expect((await processor.refund(followUpOf(paid, 1000n))).refundedMinor).toBe(1000n)
      expect((await processor.refund(followUpOf(paid, 1000n))).refundedMinor).toBe(2000n)
      await expect(processor.refund(followUpOf(paid, 341n))).rejects.toEqual(refusedAs('amount_exceeds'))
      expect((await processor.refund(followUpOf(paid, 340n))).refundedMinor).toBe(2340n)
      await expect(processor.refund(followUpOf(paid, 1n))).rejects.toEqual(refusedAs('amount_exceeds'))
    })

    it('asked for many times at once still gives back no more than was captured', async () => {
      const paid = await captured(bench())
      const tries = await Promise.allSettled(
        Array.from({ length: 4 }, () => bench().processor.refund(followUpOf(paid, 1000n))),
      )
      expect(tries.filter((tried) => tried.status === 'fulfilled')).toHaveLength(2)
      for (const tried of tries) {
        if (tried.status === 'rejected') expect(tried.reason).toEqual(refusedAs('amount_exceeds'))
      }
      expect((await bench().processor.fetch({ ref: paid.ref }))!.refundedMinor).toBe(2000n)
    })

    it('needs money that was captured', async () => {
      const charge = await authorised(bench())
      await expect(bench().processor.refund(followUpOf(charge, 1n))).rejects.toEqual(refusedAs('charge_not_captured'))
    })

    it('may take a while: it counts as asked for at once, as given when it succeeds', async () => {
      const { processor } = bench()
      const paid = await captured(bench(), 'slow_refund')
      const asked = await processor.refund(followUpOf(paid, 2000n))
      expect(asked.operations.at(-1)).toMatchObject({ kind: 'refund', amountMinor: 2000n, state: 'pending' })
      expect(asked.refundedMinor).toBe(0n)
      await expect(processor.refund(followUpOf(paid, 341n))).rejects.toEqual(refusedAs('amount_exceeds'))
      await bench().moveMs(bench().slowRefundMs + 1)
      const done = (await processor.fetch({ ref: paid.ref }))!
      expect(done.refundedMinor).toBe(2000n)
      expect(done.operations.at(-1)).toMatchObject({ kind: 'refund', state: 'succeeded' })
    })

    it('may fail later: nothing was given back and it can be asked for again', async () => {
      const { processor } = bench()
      const paid = await captured(bench(), 'failing_refund')
      const first = followUpOf(paid, 2340n)
      await processor.refund(first)
      await bench().moveMs(bench().slowRefundMs + 1)
      const failed = (await processor.fetch({ ref: paid.ref }))!
      expect(failed.refundedMinor).toBe(0n)
      expect(failed.operations.at(-1)).toMatchObject({ kind: 'refund', state: 'failed', reason: expect.any(String) })
      // Under its own key it stays failed; another key is another refund.
      await processor.refund(first)
      expect((await processor.fetch({ ref: paid.ref }))!.operations).toEqual(failed.operations)
      const again = await processor.refund(followUpOf(paid, 2340n))
      expect(again.operations.filter(({ kind }) => kind === 'refund').map(({ state }) => state)).toEqual([
        'failed',
        'pending',
      ])
    })

    it('reaches a card that was forgotten, which is charged no more', async () => {
      const { processor } = bench()
      const token = await bench().saveCard('approves')
      const charge = await processor.authorise(requestOf(token, { capture: 'automatic' }))
      await processor.forgetInstrument(token)
      await expect(processor.authorise(requestOf(token))).rejects.toEqual(refusedAs('instrument_unknown'))
      expect((await processor.refund(followUpOf(charge, 2340n))).refundedMinor).toBe(2340n)
    })
  })
}
