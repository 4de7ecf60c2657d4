import { isDatabaseGone } from './database.ts'
import { createRounds, type Rounds } from './rounds.ts'

/** How often what has expired is swept out, ms. */
const SWEEP_EVERY_MS = 60_000

/** Sweeps one after another; one that fails keeps no other from running. A database that is away for a while is no news. */
export function createSweeps(
  steps: readonly (() => Promise<unknown>)[],
  onFailure: (error: unknown) => void,
): Rounds<void> {
  const round = async () => {
    for (const step of steps) {
      await step().catch((error: unknown) => {
        if (!isDatabaseGone(error)) onFailure(error)
      })
    }
  }
  return createRounds(round, { everyMs: SWEEP_EVERY_MS, onFailure })
}
