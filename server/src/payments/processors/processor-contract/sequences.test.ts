import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FollowUp, type Processor, ProcessorFailure } from '../processor.ts'
import { type SandboxBench, sandboxBench } from '../sandbox/sandbox-bench.test-data.ts'
import { checkSequences } from './sequences.ts'

let bench: SandboxBench
beforeAll(async () => {
  bench = await sandboxBench()
})
afterAll(() => bench.close())

const anew = (request: FollowUp): FollowUp => ({ ...request, key: randomUUID() })

/** Ways an adapter can be wrong about money, each a line that somebody could write. */
const FAULTS: Record<string, (sound: Processor) => Partial<Processor>> = {
  'sends a refund again under a new key when the reply is lost': (sound) => ({
    refund: (request) =>
      sound.refund(request).catch((error: ProcessorFailure) => {
        if (error.kind === 'lost') return sound.refund(anew(request))
        throw error
      }),
  }),
  'makes a key of its own for every call': (sound) => ({ refund: (request) => sound.refund(anew(request)) }),
  'takes a lost reply for "nothing happened"': (sound) => ({
    capture: (request) =>
      sound.capture(request).catch((error: ProcessorFailure) => {
        throw error.kind === 'lost' ? new ProcessorFailure('not_performed', 'timeout') : error
      }),
  }),
  'captures all that was authorised whatever it is asked for': (sound) => ({
    async capture(request) {
      const charge = await sound.fetch({ ref: request.chargeRef })
      return sound.capture({ ...request, amountMinor: charge?.amountMinor ?? request.amountMinor })
    },
  }),
  'says that a void is done and does nothing': (sound) => ({
    void: async (request) => ({ ...(await sound.fetch({ ref: request.chargeRef }))!, state: 'voided' }),
  }),
  'counts a refund as given when it was only asked for': (sound) => ({
    async fetch(by) {
      const charge = await sound.fetch(by)
      if (!charge) return null
      const asked = charge.operations.filter(({ kind, state }) => kind === 'refund' && state !== 'failed')
      return { ...charge, refundedMinor: asked.reduce((sum, { amountMinor }) => sum + amountMinor, 0n) }
    },
  }),
  'swallows what the processor refuses': (sound) => ({
    refund: async (request) =>
      sound.refund(request).catch(async () => (await sound.fetch({ ref: request.chargeRef }))!),
  }),
  'forgets refunds in the settlement': (sound) => ({
    listSettlement: async (range) => (await sound.listSettlement(range)).filter(({ kind }) => kind !== 'refund'),
  }),
  'loses what a number cannot hold': (sound) => ({
    increment: (request) => sound.increment({ ...request, amountMinor: (request.amountMinor / 2n) * 2n }),
  }),
}

describe('the sequences of the contract', () => {
  it.each(Object.keys(FAULTS))('catch an adapter that %s', async (fault) => {
    const processor = { ...bench.processor, ...FAULTS[fault]!(bench.processor) }
    await expect(checkSequences({ ...bench, processor }, 300, true)).rejects.toThrow('Property failed')
  })

  it('let the sound one pass', async () => {
    await checkSequences(bench, 30)
  })
})
