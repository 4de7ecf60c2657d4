import type { Clock } from '../clock.ts'
import type { Db } from '../database.ts'
import { createRounds } from '../rounds.ts'
import type { Announce, ObserveEnrolment, ObserveHover } from './ports.ts'
import { addCounts } from './slot-store.ts'
import { createTally } from './tally.ts'

/** How often counts go to the database, ms: a node that is killed loses no more than that. */
export const FLUSH_EVERY_MS = 2_000

export type Gathering = {
  observeHover: ObserveHover
  observeEnrolment: ObserveEnrolment
  /** A payment of this shop moved: pages hear of it once with the next counts, however many moved. */
  paymentMoved(shopId: string, organisationId: string): void
  /** Writes what was counted since. */
  flush(): Promise<void>
  start(): void
  /** Writes the rest. */
  stop(): Promise<void>
}

/**
 * Counts hovers and registrations in memory and adds them to the database every two seconds. What could not be written is kept for the
 * next time; a transaction whose commit was in doubt may then be counted twice, which is noticed nowhere: these are statistics, the
 * ledger is not among them.
 */
export function createGathering(parts: {
  db: Db
  clock: Clock
  announce: Announce
  onFailure(error: unknown): void
}): Gathering {
  const { db, clock, announce, onFailure } = parts
  const tally = createTally()
  const moved = new Map<string, string>()

  const flush = async () => {
    const taken = tally.take()
    try {
      await addCounts(db, taken)
    } catch (error) {
      tally.giveBack(taken)
      throw error
    }
    // Told when it can be read.
    const shops = new Map(taken.slots.map(({ shopId, organisationId }) => [shopId, organisationId]))
    for (const [shopId, organisationId] of moved) announce({ kind: 'payment', organisationId, shopId, id: null })
    moved.clear()
    for (const [shopId, organisationId] of shops) announce({ kind: 'hovers', organisationId, shopId, id: null })
  }
  const rounds = createRounds(flush, { everyMs: FLUSH_EVERY_MS, onFailure })
  const guarded =
    <T>(count: (observation: T) => void) =>
    (observation: T) => {
      try {
        count(observation)
      } catch (error) {
        onFailure(error)
      }
    }
  return {
    observeHover: guarded((observation) => tally.hover(observation, clock.nowMs())),
    observeEnrolment: guarded((observation) => tally.enrolment(observation, clock.nowMs())),
    paymentMoved: (shopId, organisationId) => void moved.set(shopId, organisationId),
    flush: rounds.runOnce,
    start: rounds.start,
    async stop() {
      await rounds.stop()
      await flush().catch(onFailure)
    },
  }
}
