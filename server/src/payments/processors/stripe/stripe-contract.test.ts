import { processorContract } from '../processor-contract.ts'
import { openStripeBench } from './stand-in/bench.ts'

processorContract('stripe', () => openStripeBench())
processorContract('stripe without increments, overcapture and messages', () =>
  openStripeBench({ flexible: false, webhookSecrets: [] }),
)
