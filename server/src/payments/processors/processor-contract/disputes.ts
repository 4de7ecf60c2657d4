import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { DisputeEvidence, Processor } from '../processor.ts'
import { captured, followUpOf, refusedAs, type UseBench, unsupported } from './bench.ts'

const EVIDENCE: DisputeEvidence = [
  { heading: 'Receipt', text: 'Corner shop, 23.40 USD' },
  { heading: 'Match record', text: 'Signed by the terminal at the time of the sale.' },
]

const answerOf = (disputeRef: string, key: string = randomUUID()) => ({ key, disputeRef, evidence: EVIDENCE })

/** True where the adapter has disputes; where it has none it must say so plainly. */
export async function hasDisputes(processor: Processor): Promise<boolean> {
  if (processor.capabilities.disputes) return true
  await expect(processor.fetchDispute('x')).rejects.toEqual(unsupported)
  await expect(processor.submitEvidence(answerOf('x'))).rejects.toEqual(unsupported)
  return false
}

const linesOf = async (processor: Processor, chargeKey: string) =>
  (await processor.listSettlement({ from: new Date(0), to: new Date('2100-01-01') })).filter(
    (line) => line.chargeKey === chargeKey,
  )

/** A dispute from its opening to its end, or the plain statement that the adapter has none. */
export function disputesContract(bench: UseBench): void {
  describe('a dispute', () => {
    it('waits for an answer and keeps the money from being refunded a second way', async () => {
      const { processor } = bench()
      if (!(await hasDisputes(processor))) return
      const paid = await captured(bench())
      await processor.refund(followUpOf(paid, 340n))
      const ref = await bench().openDispute(paid.ref)
      const dispute = (await processor.fetchDispute(ref))!
      expect(dispute).toMatchObject({ ref, chargeRef: paid.ref, amountMinor: 2000n, currency: 'USD' })
      expect(dispute).toMatchObject({ state: 'needs_response', inquiry: false })
      expect(dispute.reason).toMatch(/^[a-z_]+$/)
      expect(dispute.evidenceDueAt!.getTime()).toBeGreaterThan(dispute.openedAt.getTime())
      await expect(processor.refund(followUpOf(paid, 1n))).rejects.toEqual(refusedAs('charge_disputed'))
      expect(await processor.fetch({ ref: paid.ref })).toMatchObject({ capturedMinor: 2340n, refundedMinor: 340n })
    })

    it('takes evidence once and ends as the scheme decides', async () => {
      const { processor } = bench()
      if (!(await hasDisputes(processor))) return
      for (const outcome of ['won', 'lost'] as const) {
        const ref = await bench().openDispute((await captured(bench())).ref)
        const answer = answerOf(ref)
        expect((await processor.submitEvidence(answer)).state).toBe('under_review')
        expect((await processor.submitEvidence(answer)).state).toBe('under_review')
        await expect(processor.submitEvidence(answerOf(ref))).rejects.toEqual(refusedAs('dispute_answered'))
        await bench().decideDispute(ref, outcome)
        expect((await processor.fetchDispute(ref))!.state).toBe(outcome)
        expect((await processor.submitEvidence(answer)).state).toBe(outcome)
        await expect(processor.submitEvidence(answerOf(ref))).rejects.toEqual(refusedAs('dispute_closed'))
      }
    })

    it('is lost by who does not answer, and takes no evidence afterwards', async () => {
      const { processor } = bench()
      if (!(await hasDisputes(processor))) return
      const ref = await bench().openDispute((await captured(bench())).ref)
      const { openedAt, evidenceDueAt } = (await processor.fetchDispute(ref))!
      await bench().moveMs(evidenceDueAt!.getTime() - openedAt.getTime() + 1_000)
      expect((await processor.fetchDispute(ref))!.state).toBe('lost')
      await expect(processor.submitEvidence(answerOf(ref))).rejects.toEqual(refusedAs('dispute_closed'))
    })

    it('nobody opened takes no evidence, and a key is good for one answer only', async () => {
      const { processor } = bench()
      if (!(await hasDisputes(processor))) return
      expect(await processor.fetchDispute('no-such-dispute')).toBeNull()
      await expect(processor.submitEvidence(answerOf('no-such-dispute'))).rejects.toEqual(refusedAs('dispute_unknown'))
      const ref = await bench().openDispute((await captured(bench())).ref)
      const answer = answerOf(ref)
      await processor.submitEvidence(answer)
      const other = { ...answer, evidence: [{ heading: 'Receipt', text: 'Another one' }] }
      await expect(processor.submitEvidence(other)).rejects.toEqual(refusedAs('key_of_another_request'))
    })

    it('that is won lets the rest be refunded again', async () => {
      const { processor } = bench()
      if (!(await hasDisputes(processor))) return
      const paid = await captured(bench())
      const ref = await bench().openDispute(paid.ref)
      await processor.submitEvidence(answerOf(ref))
      await bench().decideDispute(ref, 'won')
      expect((await processor.refund(followUpOf(paid, 2340n))).refundedMinor).toBe(2340n)
    })

    it('that is lost leaves nothing to refund', async () => {
      const { processor } = bench()
      if (!(await hasDisputes(processor))) return
      const paid = await captured(bench())
      const ref = await bench().openDispute(paid.ref)
      await bench().decideDispute(ref, 'lost')
      await expect(processor.refund(followUpOf(paid, 1n))).rejects.toEqual(refusedAs('charge_disputed'))
    })

    it('that the bank only asks about takes nothing, is answered like another, and can be refunded away', async () => {
      const { processor, openInquiry } = bench()
      if (!(await hasDisputes(processor)) || openInquiry === null) return
      const paid = await captured(bench())
      const ref = await openInquiry(paid.ref)
      expect(await processor.fetchDispute(ref)).toMatchObject({ state: 'needs_response', inquiry: true })
      const answer = answerOf(ref)
      expect(await processor.submitEvidence(answer)).toMatchObject({ state: 'under_review', inquiry: true })
      expect((await processor.refund(followUpOf(paid, 340n))).refundedMinor).toBe(340n)
      await bench().endInquiry(ref, 'content')
      expect(await processor.fetchDispute(ref)).toMatchObject({ state: 'won', inquiry: true })
      expect((await linesOf(processor, paid.key)).map(({ kind }) => kind)).toEqual(['capture', 'refund'])
    })

    it('that grows from a question takes the money then, and takes a second answer', async () => {
      const { processor, openInquiry } = bench()
      if (!(await hasDisputes(processor)) || openInquiry === null) return
      const paid = await captured(bench())
      const ref = await openInquiry(paid.ref)
      await processor.submitEvidence(answerOf(ref))
      await bench().endInquiry(ref, 'takes')
      expect(await processor.fetchDispute(ref)).toMatchObject({ state: 'needs_response', inquiry: false })
      await expect(processor.refund(followUpOf(paid, 1n))).rejects.toEqual(refusedAs('charge_disputed'))
      expect(await processor.submitEvidence(answerOf(ref))).toMatchObject({ state: 'under_review', inquiry: false })
      expect((await linesOf(processor, paid.key)).map(({ kind }) => kind)).toEqual(['capture', 'dispute'])
    })
  })
}
