import { createRounds, type Rounds } from '../rounds.ts'
import type { PaymentParts } from './parts.ts'
import { type Round, reconcile } from './reconciler.ts'

/** Between two rounds, ms. */
const ROUND_EVERY_MS = 1_000

export type PaymentWorker = Rounds<Round>

/** `onFailure` hears of rounds that failed and of items of a round that did; they are taken up again in the next. */
export function createPaymentWorker(parts: PaymentParts, onFailure: (error: unknown) => void): PaymentWorker {
  return createRounds(
    async () => {
      const round = await reconcile(parts)
      for (const failure of round.failures) onFailure(failure)
      return round
    },
    { everyMs: ROUND_EVERY_MS, onFailure },
  )
}
