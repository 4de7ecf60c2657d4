import { isDatabaseGone } from '../../database.ts'
import { createRounds, type Rounds } from '../../rounds.ts'
import { booksOf, closeDueDays } from '../ledger/days.ts'
import { makeTrialBalances } from '../ledger/trial-balances.ts'
import { type Batch, firstDayWithoutBatch, makeBatches } from './batch.ts'
import { findDifferences, noteUnbalancedBook } from './differences.ts'
import { importLines } from './lines.ts'
import type { SettlementParts } from './parts.ts'

/** How far before a day lines are asked for again, ms: what was listed late for days that were closed before. */
const LISTED_LATE_MS = 4 * 86_400_000

export type SettlementRound = {
  daysClosed: number
  linesAdded: number
  differencesFound: number
  batches: Batch[]
  failures: unknown[]
}

/**
 * One round: closes the days that are over and adds them up, takes over what the processors list, compares, makes the batches with
 * their payouts. Every step is written once however often and wherever it runs; what fails is taken up again in the next round. With
 * no day to close it asks no processor; `always` does all the same.
 */
export async function runSettlement(parts: SettlementParts, always = false): Promise<SettlementRound> {
  const round: SettlementRound = { daysClosed: 0, linesAdded: 0, differencesFound: 0, batches: [], failures: [] }
  const now = new Date(parts.clock.nowMs())
  const due: { organisationId: string; currency: string }[] = []
  let from = now.getTime()
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work()
      return true
    } catch (error) {
      round.failures.push(error)
      return false
    }
  }
  for (const book of await booksOf(parts.db)) {
    await attempt(async () => {
      const days = await closeDueDays(parts.db, book, now)
      round.daysClosed += days.length
      await makeTrialBalances(parts.db, book, now)
      const waiting = await firstDayWithoutBatch(parts.db, book)
      if (waiting === null && !always) return
      await noteUnbalancedBook(parts, book)
      from = Math.min(from, waiting?.getTime() ?? from)
      due.push(book)
    })
  }
  if (due.length === 0 && !always) return round
  const range = { from: new Date(from - LISTED_LATE_MS), to: now }
  // Without the processor's lines there is no saying what it keeps: no batch is made until it answers.
  const listed = await attempt(async () => {
    round.linesAdded = await importLines(parts, range)
    round.differencesFound = await findDifferences(parts)
  })
  if (!listed) return round
  for (const book of due) {
    await attempt(async () => {
      round.batches.push(...(await makeBatches(parts, book)))
    })
  }
  return round
}

/** Between two looks whether a day is over, ms. */
const ROUND_EVERY_MS = 60_000
/** How long a server that stops waits for a round, ms; what is cut off in the middle is done again by the next. */
const STOP_WITHIN_MS = 5_000

/**
 * Rounds in the background: a processor that takes minutes to list its lines keeps nothing else waiting. `onFailure` hears of what a
 * round could not do; a database that is away is no news here.
 */
export const createSettlementRounds = (
  parts: SettlementParts,
  onFailure: (error: unknown) => void,
): Rounds<SettlementRound> =>
  createRounds(
    async () => {
      const round = await runSettlement(parts)
      for (const failure of round.failures) if (!isDatabaseGone(failure)) onFailure(failure)
      return round
    },
    { everyMs: ROUND_EVERY_MS, stopWithinMs: STOP_WITHIN_MS, onFailure },
  )
