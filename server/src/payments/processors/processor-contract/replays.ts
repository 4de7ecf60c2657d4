import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Charge, Processor } from '../processor.ts'
import {
  authorised,
  captured,
  followUpOf,
  type LosableCall,
  lost,
  type ProcessorBench,
  refusedAs,
  requestOf,
  type UseBench,
} from './bench.ts'

type Asking = { again: () => Promise<Charge>; changed: () => Promise<Charge>; key: string; chargeKey: string }

/** One request of each kind that can succeed, ready to be sent; null where the adapter lacks the capability. */
async function ready(bench: ProcessorBench, call: LosableCall): Promise<Asking | null> {
  const { processor } = bench
  if (call === 'authorise') {
    const asked = requestOf(await bench.saveCard('approves'))
    return {
      again: () => processor.authorise(asked),
      changed: () => processor.authorise({ ...asked, amountMinor: 1n }),
      key: asked.key,
      chargeKey: asked.key,
    }
  }
  if (call === 'increment' && !processor.capabilities.increments) return null
  const charge = await (call === 'refund' ? captured(bench) : authorised(bench))
  const asked = followUpOf(charge, call === 'increment' ? 660n : call === 'refund' ? 1000n : 2340n)
  return {
    again: () => processor[call](asked),
    changed: () => processor[call]({ ...asked, amountMinor: asked.amountMinor - 1n }),
    key: asked.key,
    chargeKey: charge.key,
  }
}

const CALLS: readonly LosableCall[] = ['authorise', 'increment', 'capture', 'void', 'refund']
const found = async (processor: Processor, key: string) => (await processor.fetch({ key }))!

/** Keys: the same request again moves nothing, another request under the same key is refused, a lost reply is found again. */
export function replaysContract(bench: UseBench): void {
  describe.each(CALLS)('%s under a key that was used', (call) => {
    it('answers for the same request and moves nothing, also four times at once', async () => {
      const asking = await ready(bench(), call)
      if (!asking) return expect(bench().processor.capabilities.increments).toBe(false)
      const first = await Promise.all(Array.from({ length: 4 }, asking.again))
      expect(new Set(first.map((charge) => charge.ref)).size).toBe(1)
      const after = await found(bench().processor, asking.chargeKey)
      expect(after.operations.filter(({ key }) => key === asking.key).length).toBe(call === 'authorise' ? 0 : 1)
      expect((await asking.again()).ref).toBe(after.ref)
      expect(await found(bench().processor, asking.chargeKey)).toEqual(after)
    })

    it('is refused for another request and moves nothing', async () => {
      const asking = await ready(bench(), call)
      if (!asking) return expect(bench().processor.capabilities.increments).toBe(false)
      await asking.again()
      const after = await found(bench().processor, asking.chargeKey)
      // A void is always of the whole: an amount beside it is no other request.
      if (call !== 'void') await expect(asking.changed()).rejects.toEqual(refusedAs('key_of_another_request'))
      expect(await found(bench().processor, asking.chargeKey)).toEqual(after)
    })

    it('finds what was done when only the reply was lost', async () => {
      const asking = await ready(bench(), call)
      if (!asking) return expect(bench().processor.capabilities.increments).toBe(false)
      bench().loseReply(call)
      await expect(asking.again()).rejects.toEqual(lost)
      const after = await found(bench().processor, asking.chargeKey)
      if (call === 'authorise') expect(after.state).toBe('authorised')
      else expect(after.operations).toContainEqual(expect.objectContaining({ key: asking.key, state: 'succeeded' }))
      expect((await asking.again()).ref).toBe(after.ref)
      expect(await found(bench().processor, asking.chargeKey)).toEqual(after)
    })

    it('does nothing while the processor cannot be reached, and never says that nothing happened when it cannot know', async () => {
      const asking = await ready(bench(), call)
      if (!asking) return expect(bench().processor.capabilities.increments).toBe(false)
      const before = await bench().processor.fetch({ key: asking.chargeKey })
      bench().cutOff(true)
      await expect(asking.again()).rejects.toMatchObject({ kind: expect.stringMatching(/^(not_performed|lost)$/) })
      await expect(bench().processor.fetch({ key: asking.chargeKey })).rejects.toMatchObject({
        name: 'ProcessorFailure',
        kind: expect.stringMatching(/^(not_performed|lost)$/),
      })
      bench().cutOff(false)
      expect(await bench().processor.fetch({ key: asking.chargeKey })).toEqual(before)
      expect((await asking.again()).key).toBe(asking.chargeKey)
    })
  })

  describe('a key', () => {
    it('of a decline answers the decline again', async () => {
      const asked = requestOf(await bench().saveCard('declines'))
      const first = await bench().processor.authorise(asked)
      expect(await bench().processor.authorise(asked)).toEqual(first)
    })

    it('answers when the card was forgotten in between', async () => {
      const token = await bench().saveCard('approves')
      const asked = requestOf(token)
      const { ref } = await bench().processor.authorise(asked)
      await bench().processor.forgetInstrument(token)
      expect((await bench().processor.authorise(asked)).ref).toBe(ref)
    })

    it('answers when the charge has moved on since', async () => {
      const { processor } = bench()
      const asked = requestOf(await bench().saveCard('approves'))
      const charge = await processor.authorise(asked)
      const capture = followUpOf(charge, 2340n)
      await processor.capture(capture)
      await processor.refund(followUpOf(charge, 340n))
      expect((await processor.authorise(asked)).ref).toBe(charge.ref)
      expect((await processor.capture(capture)).ref).toBe(charge.ref)
      expect(await processor.fetch({ ref: charge.ref })).toMatchObject({ capturedMinor: 2340n, refundedMinor: 340n })
    })

    it('of one charge does nothing to another, and of one kind nothing of another kind', async () => {
      const { processor } = bench()
      const one = await captured(bench())
      const other = await captured(bench())
      const key = randomUUID()
      await processor.refund(followUpOf(one, 40n, key))
      await expect(processor.refund(followUpOf(other, 40n, key))).rejects.toEqual(refusedAs('key_of_another_request'))
      const open = await authorised(bench())
      await expect(processor.capture(followUpOf(open, 2340n, key))).rejects.toEqual(refusedAs('key_of_another_request'))
      expect((await processor.fetch({ ref: other.ref }))!.refundedMinor).toBe(0n)
      expect((await processor.fetch({ ref: open.ref }))!.state).toBe('authorised')
    })
  })
}
