import { isDatabaseGone } from '../database.ts'
import { createRounds, type Rounds } from '../rounds.ts'
import { deliver, takeDue } from './delivery.ts'
import type { WebhookParts } from './parts.ts'

/** Between two looks for what is due, ms. */
const ROUND_EVERY_MS = 500

/** Each round delivers what is due and answers how many attempts were made. */
export type WebhookWorker = Rounds

/** Delivers beside the outbox, not in it: a receiver that takes ten seconds to answer must not hold up anybody else's messages. */
export function createWebhookWorker(parts: WebhookParts, onFailure: (error: unknown) => void): WebhookWorker {
  const round = async () => {
    const taken = await takeDue(parts)
    await Promise.all(
      taken.map((one) => deliver(parts, one).catch((error) => isDatabaseGone(error) || onFailure(error))),
    )
    return taken.length
  }
  return createRounds(round, { everyMs: ROUND_EVERY_MS, isMore: (count) => count > 0, onFailure })
}
