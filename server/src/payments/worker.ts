import type { PaymentParts } from './parts.ts'
import { type Round, reconcile } from './reconciler.ts'

/** Between two rounds, ms. */
const ROUND_EVERY_MS = 1_000

export type PaymentWorker = {
  /** One round now; rounds of this process never overlap. */
  runOnce(): Promise<Round>
  /** First round at once (what a crash left behind), then one after another. */
  start(): void
  stop(): Promise<void>
}

/** `onFailure` hears of items of a round that failed; they are taken up again in the next. */
export function createPaymentWorker(parts: PaymentParts, onFailure: (error: unknown) => void): PaymentWorker {
  let running: Promise<unknown> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let stopped = true
  const runOnce = (): Promise<Round> => {
    const round = running.then(() => reconcile(parts))
    running = round.catch(() => {})
    return round
  }
  const loop = async () => {
    try {
      const { failures } = await runOnce()
      for (const failure of failures) onFailure(failure)
    } catch (error) {
      onFailure(error)
    }
    if (!stopped) timer = setTimeout(loop, ROUND_EVERY_MS)
  }
  return {
    runOnce,
    start() {
      if (!stopped) return
      stopped = false
      void loop()
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
