import { isDatabaseGone } from './database.ts'

/** Work that is looked for again and again. */
export type Rounds<Done = number> = {
  /** One round now. Rounds of one mechanism never overlap: it begins when the one under way has ended. */
  runOnce(): Promise<Done>
  /** The first round at once (what a crash left behind), then one after another. */
  start(): void
  /** Lets the round under way end, at most `stopWithinMs` long; none begins by itself afterwards. */
  stop(): Promise<void>
}

/** After rounds that failed one after another the pause doubles, up to this, ms. */
const LONGEST_PAUSE_MS = 10_000

type Options<Done> = {
  /** Between two rounds, ms. */
  everyMs: number
  /** Hears of a round that failed. A database that is away for a while is no news. */
  onFailure(error: unknown): void
  /** How long `stop` waits for the round under way, ms; left out: until it ends. */
  stopWithinMs?: number
  /** Whether a round left more of the same: then the next begins at once. Left out: never. */
  isMore?(done: Done): boolean
}

/**
 * The one way in which this server does something again and again: one round at a time, a pause in between that grows while rounds
 * fail, an end that waits for the round under way.
 */
export function createRounds<Done>(
  round: () => Promise<Done>,
  { everyMs, onFailure, stopWithinMs, isMore = () => false }: Options<Done>,
): Rounds<Done> {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<unknown> = Promise.resolve()
  let stopped = true
  let failures = 0
  /** Grows with every start: a loop of before a stop ends, also when it was started again meanwhile. */
  let turn = 0

  const runOnce = (): Promise<Done> => {
    const next = running.then(round)
    running = next.catch(() => {})
    return next
  }
  const pauseAfter = async (): Promise<number> => {
    try {
      const done = await runOnce()
      failures = 0
      return isMore(done) ? 0 : everyMs
    } catch (error) {
      failures += 1
      if (!isDatabaseGone(error)) onFailure(error)
      return Math.max(everyMs, Math.min(everyMs * 2 ** Math.min(failures - 1, 30), LONGEST_PAUSE_MS))
    }
  }
  const loop = async (mine: number): Promise<void> => {
    const pauseMs = await pauseAfter()
    if (mine === turn && !stopped) timer = setTimeout(() => void loop(mine), pauseMs)
  }
  return {
    runOnce,
    start() {
      if (!stopped) return
      stopped = false
      turn += 1
      void loop(turn)
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      if (stopWithinMs === undefined) return void (await running)
      let limit: NodeJS.Timeout | undefined
      const enough = new Promise<void>((resolve) => {
        limit = setTimeout(resolve, stopWithinMs)
      })
      await Promise.race([running, enough])
      clearTimeout(limit)
    },
  }
}

/**
 * Does the work for one after another, also when it fails for some: what stands first and never works must not keep the rest waiting.
 * Throws the first failure when all had their turn; that the database is away at once.
 */
export async function workThrough<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const failures: unknown[] = []
  for (const item of items) {
    try {
      await work(item)
    } catch (error) {
      if (isDatabaseGone(error)) throw error
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}
