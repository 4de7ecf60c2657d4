import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProcessorBench } from './processor-contract/bench.ts'
import { chargesContract } from './processor-contract/charges.ts'
import { disputesContract } from './processor-contract/disputes.ts'
import { instrumentsContract } from './processor-contract/instruments.ts'
import { refundsContract } from './processor-contract/refunds.ts'
import { replaysContract } from './processor-contract/replays.ts'
import { sequencesContract } from './processor-contract/sequences.ts'
import { settlementContract } from './processor-contract/settlement.ts'
import { watch } from './processor-contract/watch.ts'
import { webhooksContract } from './processor-contract/webhooks.ts'

/** Random sequences the model test runs, unless the adapter's test says otherwise. */
const SEQUENCE_RUNS = 60

/**
 * The contract of a card processor as tests, for every adapter. An adapter's own test file calls it once for each way the adapter can be
 * set up, with a function that opens a bench (`ProcessorBench` says what a bench offers: the adapter, cards that behave, the far
 * side's clock, lost replies, messages). What an adapter cannot do it says in its capabilities: then the suite asks for the plain
 * "unsupported" (or the plain consequence, e.g. a maximum equal to the amount) instead of the effect. Nothing is skipped.
 *
 * The reasons of refusals are part of the contract; they stand in `REFUSALS` of the port.
 */
export function processorContract(
  name: string,
  open: () => Promise<ProcessorBench>,
  { sequenceRuns = SEQUENCE_RUNS }: { sequenceRuns?: number } = {},
): void {
  describe(`the processor ${name}`, () => {
    let bench: ProcessorBench | undefined
    const use = () => {
      if (!bench) throw new Error('the bench is open only while tests run')
      return bench
    }
    let strange: string[] = []
    beforeAll(async () => {
      const opened = await open()
      const { watched, ...seen } = watch(opened.processor)
      strange = seen.strange
      bench = { ...opened, processor: watched }
    })
    afterAll(() => bench?.close())
    chargesContract(use)
    replaysContract(use)
    refundsContract(use)
    instrumentsContract(use)
    disputesContract(use)
    webhooksContract(use)
    settlementContract(use)
    sequencesContract(use, sequenceRuns)
    it('threw nothing in all this but what the port allows', () => {
      expect(strange).toEqual([])
    })
  })
}
