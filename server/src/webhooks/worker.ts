import { isDatabaseGone } from '../database.ts'
import { deliver, takeDue } from './delivery.ts'
import type { WebhookParts } from './parts.ts'

/** Between two looks for what is due, ms. */
const ROUND_EVERY_MS = 500

export type WebhookWorker = {
  /** Delivers what is due now; answers how many attempts were made. */
  runOnce(): Promise<number>
  start(): void
  stop(): Promise<void>
}

/** Delivers beside the outbox, not in it: a receiver that takes ten seconds to answer must not hold up anybody else's messages. */
export function createWebhookWorker(parts: WebhookParts, onFailure: (error: unknown) => void): WebhookWorker {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<unknown> = Promise.resolve()
  let stopped = true

  const runOnce = async () => {
    const taken = await takeDue(parts)
    await Promise.all(
      taken.map((one) => deliver(parts, one).catch((error) => isDatabaseGone(error) || onFailure(error))),
    )
    return taken.length
  }
  const loop = () => {
    running = runOnce()
      .catch((error: unknown) => {
        // A database that is away for a while is no news here.
        if (!isDatabaseGone(error)) onFailure(error)
        return 0
      })
      .then((count) => {
        if (!stopped) timer = setTimeout(loop, count > 0 ? 0 : ROUND_EVERY_MS)
      })
  }
  return {
    runOnce,
    start() {
      if (!stopped) return
      stopped = false
      loop()
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
