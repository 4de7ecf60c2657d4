import { isDatabaseGone } from './database.ts'

/** Work that is looked for again and again. */
export type Rounds = {
  start(): void
  /** Lets the round under way end. */
  stop(): Promise<void>
}

/** Calls `runOnce` (which answers how much it did) at once again while there was something to do, else after `everyMs`. */
export function createRounds(
  runOnce: () => Promise<number>,
  { everyMs, onFailure }: { everyMs: number; onFailure(error: unknown): void },
): Rounds {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<unknown> = Promise.resolve()
  let stopped = true
  const loop = () => {
    running = runOnce()
      .catch((error: unknown) => {
        // A database that is away for a while is no news here.
        if (!isDatabaseGone(error)) onFailure(error)
        return 0
      })
      .then((count) => {
        if (!stopped) timer = setTimeout(loop, count > 0 ? 0 : everyMs)
      })
  }
  return {
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
