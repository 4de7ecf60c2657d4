import { type DeviceApi, isPaumeError, NetworkFailure, PaumeError } from '@paume/client'
import type { ParkedLine } from '@paume/contract'
import { useCallback, useEffect, useRef, useState } from 'react'
import { type Trouble, troubleOf } from '../language/problem-text.ts'
import { type Line, lineKey } from './basket.ts'
import type { Kept, Parked } from './kept.ts'

/** Another register of the shop may have parked or taken something; ms. */
const ASK_AGAIN_MS = 15_000

/** What is parked: on the system for every register of the shop, or only here while the system cannot be reached. */
export interface ParkedHandle {
  /** Newest first. */
  parked: Parked[]
  /** The last question had no answer: what others parked may be missing. */
  stale: boolean
  /** The basket that is being asked for. */
  asked: string | null
  trouble: Trouble | null
  park: (lines: readonly Line[]) => void
  /** Answers its lines, or null when another register was first or nobody answered: `trouble` says which. */
  take: (wanted: Parked) => Promise<Line[] | null>
  refresh: () => void
}

const linesOf = (lines: readonly ParkedLine[]): Line[] =>
  lines.map(({ item, name, quantity, unitMinor, taxBasisPoints }) => {
    const line = { item, name, quantity, unitMinor: BigInt(unitMinor), taxBasisPoints }
    return { ...line, key: lineKey(line) }
  })
const wireOf = (lines: readonly Line[]): ParkedLine[] =>
  lines.map(({ item, name, quantity, unitMinor, taxBasisPoints }) => ({
    item,
    name: name.slice(0, 60),
    quantity,
    unitMinor: Number(unitMinor),
    taxBasisPoints,
  }))

/** Nobody knows whether it arrived, or the system is in trouble: it is sent again. */
const isOpen = (error: unknown) =>
  error instanceof NetworkFailure || (error instanceof PaumeError && error.status >= 500)
/** The same of one register, so that a reply that was lost can be asked for again. */
const claimOf = (id: string) => `recall-${id}`

/** Sends what waits to be told: baskets parked while the system was away, and those taken up again before it heard of them. */
async function tell(api: DeviceApi, kept: Kept, signal: AbortSignal): Promise<Trouble | null> {
  let refused: Trouble | null = null
  for (const { id, lines } of kept.unsent()) {
    try {
      await api.counter.park(id, { lines }, { signal })
    } catch (error) {
      if (isOpen(error) || signal.aborted) throw error
      refused = troubleOf(error)
      continue
    }
    // Taken up meanwhile: it is struck out of the one list and stands in the other.
    kept.keepUnsent(kept.unsent().filter((each) => each.id !== id))
  }
  for (const id of kept.takenUnheard()) {
    await api.counter.takeParked(id, claimOf(id), { signal }).catch((error) => {
      if (isOpen(error) || signal.aborted) throw error
      // Never heard of, as a rule. Where another register has it too, somebody must know.
      if (isPaumeError(error, 'parked_taken')) refused = troubleOf(error)
    })
    kept.keepTakenUnheard(kept.takenUnheard().filter((each) => each !== id))
  }
  return refused
}

/** The answer came: it is ours, or it is not. */
const forget = (kept: Kept, id: string) => kept.keepAsked(kept.asked().filter((each) => each.id !== id))

/** Each once, as the last list that has it says. */
const newestFirst = (lists: Parked[]): Parked[] =>
  [...new Map(lists.map((each) => [each.id, each])).values()].sort((one, other) => other.atMs - one.atMs)

export function useParked(api: DeviceApi, kept: Kept, report: (error: unknown) => boolean): ParkedHandle {
  const [heard, setHeard] = useState<Parked[]>([])
  const [local, setLocal] = useState(() => kept.unsent())
  const [state, setState] = useState({ stale: false, asked: null as string | null, trouble: null as Trouble | null })
  const say = useCallback((news: Partial<typeof state>) => setState((before) => ({ ...before, ...news })), [])
  const round = useRef<Promise<void> | null>(null)
  const stop = useRef(new AbortController())

  const refresh = useCallback(() => {
    // One round at a time: what is parked during one is told in the next.
    const work = async () => {
      const { signal } = stop.current
      try {
        const refused = await tell(api, kept, signal)
        const { baskets } = await api.counter.parked({ signal })
        setHeard(baskets.map(({ id, lines, parkedAt }) => ({ id, atMs: Date.parse(parkedAt), lines, sent: true })))
        say(refused ? { stale: false, trouble: refused } : { stale: false })
      } catch (error) {
        if (!signal.aborted && !report(error)) say({ stale: true })
      } finally {
        setLocal(kept.unsent())
      }
    }
    round.current = (round.current ?? Promise.resolve()).then(work)
  }, [api, kept, report, say])
  useEffect(() => {
    stop.current = new AbortController()
    refresh()
    const timer = setInterval(refresh, ASK_AGAIN_MS)
    return () => {
      stop.current.abort()
      clearInterval(timer)
    }
  }, [refresh])

  const park = (lines: readonly Line[]) => {
    const basket: Parked = { id: crypto.randomUUID(), atMs: Date.now(), lines: wireOf(lines), sent: false }
    kept.keepUnsent([basket, ...kept.unsent()])
    setLocal(kept.unsent())
    say({ trouble: null })
    refresh()
  }
  const take = async (wanted: Parked): Promise<Line[] | null> => {
    say({ asked: wanted.id, trouble: null })
    try {
      // Not heard of by the system, or not known whether: it is ours, and the system is told that it is gone.
      if (kept.unsent().some(({ id }) => id === wanted.id)) {
        kept.keepTakenUnheard([...kept.takenUnheard(), wanted.id])
        kept.keepUnsent(kept.unsent().filter(({ id }) => id !== wanted.id))
        refresh()
        return linesOf(wanted.lines)
      }
      forget(kept, wanted.id)
      kept.keepAsked([wanted, ...kept.asked()])
      const { lines } = await api.counter.takeParked(wanted.id, claimOf(wanted.id))
      forget(kept, wanted.id)
      setHeard((before) => before.filter(({ id }) => id !== wanted.id))
      return linesOf(lines)
    } catch (error) {
      if (!isOpen(error)) forget(kept, wanted.id)
      if (!report(error)) say({ trouble: troubleOf(error) })
      if (!isOpen(error)) refresh()
      return null
    } finally {
      setLocal(kept.unsent())
      say({ asked: null })
    }
  }
  return { parked: newestFirst([...kept.asked(), ...heard, ...local]), ...state, park, take, refresh }
}
