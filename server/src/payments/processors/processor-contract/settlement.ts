import { describe, expect, it } from 'vitest'
import type { SettlementLine } from '../processor.ts'
import { captured, followUpOf, type ProcessorBench, requestOf, type UseBench } from './bench.ts'
import { hasDisputes } from './disputes.ts'

const EVER = { from: new Date(0), to: new Date('2100-01-01') }

async function linesOf(bench: ProcessorBench, chargeKey: string, range = EVER): Promise<SettlementLine[]> {
  const lines = await bench.processor.listSettlement(range)
  return lines.filter((line) => line.chargeKey === chargeKey)
}

const sum = (lines: SettlementLine[]) => lines.reduce((total, line) => total + line.amountMinor, 0n)
const moves = (lines: SettlementLine[]) => lines.map(({ kind, amountMinor }) => ({ kind, amountMinor }))

/** What the processor pays out: every movement of money once, signed, with its fee. */
export function settlementContract(bench: UseBench): void {
  describe('the settlement', () => {
    it('lists captures and refunds, signed, each under the key it was asked with', async () => {
      const { processor } = bench()
      const paid = await captured(bench())
      const refund = followUpOf(paid, 40n)
      await processor.refund(refund)
      const lines = await linesOf(bench(), paid.key)
      expect(moves(lines)).toEqual([
        { kind: 'capture', amountMinor: 2340n },
        { kind: 'refund', amountMinor: -40n },
      ])
      expect(lines[1]!.key).toBe(refund.key)
      expect(new Set(lines.map((line) => line.key)).size).toBe(2)
      for (const line of lines) {
        expect(line).toMatchObject({ currency: 'USD', batchRef: expect.stringMatching(/./), at: expect.any(Date) })
      }
      expect(lines[0]!.feeMinor).toBeGreaterThanOrEqual(0n)
      expect(lines[0]!.feeMinor).toBeLessThan(2340n)
    })

    it('lists nothing of what was declined, voided or only authorised', async () => {
      const { processor } = bench()
      const open = await processor.authorise(requestOf(await bench().saveCard('approves')))
      const declined = await processor.authorise(requestOf(await bench().saveCard('declines')))
      const voided = await processor.authorise(requestOf(await bench().saveCard('approves')))
      await processor.void(followUpOf(voided, voided.amountMinor))
      for (const { key } of [open, declined, voided]) expect(await linesOf(bench(), key)).toEqual([])
    })

    it('lists a slow refund when it succeeds; one that fails leaves nothing behind in sum', async () => {
      const slow = await captured(bench(), 'slow_refund')
      const failing = await captured(bench(), 'failing_refund')
      for (const charge of [slow, failing]) await bench().processor.refund(followUpOf(charge, 340n))
      await bench().moveMs(bench().slowRefundMs + 1)
      await bench().processor.fetch({ ref: slow.ref })
      await bench().processor.fetch({ ref: failing.ref })
      expect(sum(await linesOf(bench(), slow.key))).toBe(2000n)
      expect(sum(await linesOf(bench(), failing.key))).toBe(2340n)
    })

    it('takes a range from its first moment to before its last, so that days neither overlap nor leave a gap', async () => {
      const paid = await captured(bench())
      const [line] = await linesOf(bench(), paid.key)
      const at = line!.at.getTime()
      const within = (fromMs: number, toMs: number) =>
        linesOf(bench(), paid.key, { from: new Date(fromMs), to: new Date(toMs) })
      // Processors that keep whole seconds round down; a minute on either side holds them all.
      expect(await within(at, at + 60_000)).toHaveLength(1)
      expect(await within(at - 60_000, at)).toHaveLength(0)
      expect(await within(at + 60_000, at + 120_000)).toHaveLength(0)
      expect(await linesOf(bench(), paid.key)).toEqual([line])
    })

    it('takes a dispute from us, and gives it back when it is won', async () => {
      const { processor } = bench()
      if (!(await hasDisputes(processor))) return
      const won = await captured(bench())
      const lostOne = await captured(bench())
      for (const [paid, outcome] of [
        [won, 'won'],
        [lostOne, 'lost'],
      ] as const) {
        await processor.refund(followUpOf(paid, 340n))
        const ref = await bench().openDispute(paid.ref)
        expect(sum(await linesOf(bench(), paid.key))).toBe(0n)
        await processor.submitEvidence({ key: `answer-${ref}`, disputeRef: ref, evidence: [] })
        await bench().decideDispute(ref, outcome)
      }
      expect(moves(await linesOf(bench(), won.key))).toEqual([
        { kind: 'capture', amountMinor: 2340n },
        { kind: 'refund', amountMinor: -340n },
        { kind: 'dispute', amountMinor: -2000n },
        { kind: 'dispute_returned', amountMinor: 2000n },
      ])
      expect(sum(await linesOf(bench(), lostOne.key))).toBe(0n)
    })
  })
}
