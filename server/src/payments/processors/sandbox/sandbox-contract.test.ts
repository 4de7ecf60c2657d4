import { processorContract } from '../processor-contract.ts'
import { sandboxBench } from './sandbox-bench.test-data.ts'

processorContract('sandbox', () => sandboxBench({}), { sequenceRuns: 100 })
/** The least an adapter may be able to do. */
processorContract(
  'sandbox, with no capability at all',
  () =>
    sandboxBench({
      increments: false,
      overCapture: false,
      partialCapture: false,
      cloneInstruments: false,
      webhooks: false,
      disputes: false,
      authorisationTtlMs: null,
    }),
  { sequenceRuns: 40 },
)
