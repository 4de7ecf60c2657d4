import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { followUpOf, refusedAs, requestOf } from '../processor-contract/bench.ts'
import { DISPUTE_REVIEW_MS } from './charge-record.ts'
import { DISPUTE_ANSWER_MS, DISPUTE_OPENS_AFTER_MS } from './rules.ts'
import { type SandboxBench, sandboxBench } from './sandbox-bench.test-data.ts'

const FRAUDULENT = '4000000000000259'
const NOT_RECEIVED = '4000000000002685'
const EVIDENCE = [{ heading: 'Receipt', text: 'Corner shop, 23.40 USD' }]

let bench: SandboxBench
beforeAll(async () => {
  bench = await sandboxBench()
})
afterAll(() => bench.close())

const pay = async (number: string) =>
  bench.processor.authorise(requestOf(await bench.saveNumber(number), { capture: 'automatic' }))

/** What the processor's messages say was disputed of a charge. */
async function disputeOf(chargeRef: string): Promise<string | undefined> {
  const events = await Promise.all((await bench.takeMessages()).map((message) => bench.processor.parseWebhook(message)))
  for (const { subject } of events) {
    if (subject.kind === 'dispute' && subject.chargeRef === chargeRef) return subject.disputeRef
  }
  return undefined
}

describe('a card that disputes', () => {
  it('does so a while after the capture, and an answer in time wins', async () => {
    const paid = await pay(FRAUDULENT)
    expect(await disputeOf(paid.ref)).toBeUndefined()
    await bench.moveMs(DISPUTE_OPENS_AFTER_MS)
    const ref = (await disputeOf(paid.ref))!
    const dispute = (await bench.processor.fetchDispute(ref))!
    expect(dispute).toMatchObject({ reason: 'fraudulent', amountMinor: 2340n, state: 'needs_response' })
    await bench.moveMs(DISPUTE_ANSWER_MS - 60_000)
    await bench.processor.submitEvidence({ key: ref, disputeRef: ref, evidence: EVIDENCE })
    expect(await bench.processor.desk.evidenceOf(ref)).toEqual(EVIDENCE)
    // The time for an answer runs out while the scheme thinks: that changes nothing.
    await bench.moveMs(DISPUTE_REVIEW_MS - 60_000)
    expect((await bench.processor.fetchDispute(ref))!.state).toBe('under_review')
    await bench.moveMs(60_001)
    expect((await bench.processor.fetchDispute(ref))!.state).toBe('won')
  })

  it('for want of the goods wins whatever is answered', async () => {
    const paid = await pay(NOT_RECEIVED)
    await bench.moveMs(DISPUTE_OPENS_AFTER_MS)
    const ref = (await disputeOf(paid.ref))!
    await bench.processor.submitEvidence({ key: ref, disputeRef: ref, evidence: EVIDENCE })
    await bench.moveMs(DISPUTE_REVIEW_MS)
    expect(await bench.processor.fetchDispute(ref)).toMatchObject({ state: 'lost', reason: 'product_not_received' })
  })

  it('disputes what is left: less after a refund, nothing when all was given back', async () => {
    await bench.takeMessages()
    const part = await pay(FRAUDULENT)
    await bench.processor.refund(followUpOf(part, 2000n))
    const whole = await pay(FRAUDULENT)
    await bench.processor.refund(followUpOf(whole, 2340n))
    await bench.moveMs(DISPUTE_OPENS_AFTER_MS)
    const messages = await Promise.all(
      (await bench.takeMessages()).map((message) => bench.processor.parseWebhook(message)),
    )
    const disputes = messages.flatMap(({ subject }) => (subject.kind === 'dispute' ? [subject] : []))
    expect(disputes.map(({ chargeRef }) => chargeRef)).toEqual([part.ref])
    expect((await bench.processor.fetchDispute(disputes[0]!.disputeRef))!.amountMinor).toBe(340n)
  })

  it('never disputes what was only authorised', async () => {
    const open = await bench.processor.authorise(requestOf(await bench.saveNumber(FRAUDULENT)))
    await bench.moveMs(DISPUTE_OPENS_AFTER_MS)
    expect(await disputeOf(open.ref)).toBeUndefined()
  })
})

describe('disputes of one charge', () => {
  const about = { reason: 'fraudulent', answered: 'lost' } as const

  it('take no more together than was captured', async () => {
    const { desk } = bench.processor
    const paid = await pay('4242424242424242')
    const first = await desk.openDispute(paid.ref, about)
    await expect(desk.openDispute(paid.ref, about)).rejects.toMatchObject({ reason: 'nothing_to_dispute' })
    await desk.decideDispute(first.ref, 'won')
    const second = await desk.openDispute(paid.ref, about)
    expect(second.amountMinor).toBe(2340n)
    await expect(bench.processor.refund(followUpOf(paid, 1n))).rejects.toEqual(refusedAs('charge_disputed'))
    await desk.decideDispute(second.ref, 'lost')
    await expect(desk.openDispute(paid.ref, about)).rejects.toMatchObject({ reason: 'nothing_to_dispute' })
    expect((await bench.processor.fetchDispute(first.ref))!.state).toBe('won')
  })

  it('opened at once by four open once', async () => {
    const paid = await pay('4242424242424242')
    const tries = await Promise.allSettled(
      Array.from({ length: 4 }, () => bench.processor.desk.openDispute(paid.ref, about)),
    )
    expect(tries.filter((tried) => tried.status === 'fulfilled')).toHaveLength(1)
  })

  it('that raced with a refund leave one of the two', async () => {
    const paid = await pay('4242424242424242')
    const [refund, dispute] = await Promise.allSettled([
      bench.processor.refund(followUpOf(paid, 2340n)),
      bench.processor.desk.openDispute(paid.ref, about),
    ])
    expect([refund.status, dispute.status].sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('are decided once, and not when nobody opened them', async () => {
    const { desk } = bench.processor
    const { ref } = await desk.openDispute((await pay('4242424242424242')).ref, about)
    await desk.decideDispute(ref, 'won')
    await expect(desk.decideDispute(ref, 'lost')).rejects.toEqual(refusedAs('dispute_closed'))
    await expect(desk.decideDispute('no-such', 'lost')).rejects.toEqual(refusedAs('dispute_unknown'))
    await expect(desk.openDispute('no-such', about)).rejects.toEqual(refusedAs('charge_unknown'))
  })
})
