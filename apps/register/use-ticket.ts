import type { DeviceApi } from '@paume/client'
import type { OtherTenderKind, Sale } from '@paume/contract'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { type Trouble, troubleOf } from '../language/problem-text.ts'
import type { Kept, OpenTicket } from './kept.ts'
import { useWish } from './use-wish.ts'

/** How often an open sale is asked for, ms: another part may end elsewhere, and `unknown` ends by itself. */
const ASK_AGAIN_MS = 3_000

export interface TicketHandle {
  /** The sale that is being paid in parts, as it was begun; null when there is none. */
  open: OpenTicket | null
  /** As the system has it; null until it answered. */
  sale: Sale | null
  /** Change of the last cash, for the receipt. */
  changeMinor: bigint
  busy: boolean
  trouble: Trouble | null
  begin: (open: OpenTicket) => void
  /** Notes what was paid elsewhere; `changeMinor` goes back out of the drawer. */
  take: (kind: OtherTenderKind, amountMinor: bigint, changeMinor: bigint) => void
  /** Gives back whatever was paid, each part where it came from, then ends. */
  abandon: () => void
  refresh: () => void
  close: () => void
}

/** Written down again and begun again with the same key, it is the same sale: after a reload too. */
async function openSale(api: DeviceApi, { reference, idempotencyKey, ticket }: OpenTicket, signal: AbortSignal) {
  await api.counter.putTicket(reference, ticket, { signal })
  const { currency, totalMinor: amountMinor } = ticket
  const { id } = await api.sales.create({ amountMinor, currency, reference }, { idempotencyKey, signal })
  return api.sales.get(id, { signal })
}

const isSettled = (sale: Sale | null) => sale !== null && sale.leftMinor === 0 && sale.pendingMinor === 0

/** Asks for an open sale again and again, until it is settled or another one is open. */
function useNews(
  ask: ((signal: AbortSignal) => Promise<Sale>) | null,
  onNews: (news: Sale) => void,
  onFault: (error: unknown) => void,
) {
  useEffect(() => {
    if (!ask) return
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const round = () => {
      ask(stop.signal)
        .then(onNews)
        .catch((error) => {
          if (!stop.signal.aborted) onFault(error)
        })
        .finally(() => {
          if (!stop.signal.aborted) timer = setTimeout(round, ASK_AGAIN_MS)
        })
    }
    round()
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [ask, onNews, onFault])
}

/** The one sale of a register that is paid in parts, by cash or elsewhere. */
export function useTicket(api: DeviceApi, kept: Kept, report: (error: unknown) => boolean): TicketHandle {
  const [open, setOpen] = useState(() => kept.openTicket())
  const [sale, setSale] = useState<Sale | null>(null)
  const [changeMinor, setChangeMinor] = useState(0n)
  const { busy, trouble, setTrouble, run } = useWish(report)
  const [round, setRound] = useState(0)
  const settled = isSettled(sale)

  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` asks anew
  const ask = useMemo(
    () => (open && !settled ? (signal: AbortSignal) => openSale(api, open, signal) : null),
    [api, open, settled, round],
  )
  useNews(
    ask,
    useCallback(
      (news) => {
        // An answer that was under way while cash was taken knows less than what is shown.
        setSale((before) => (before?.id === news.id && news.parts.length < before.parts.length ? before : news))
        setTrouble((before) => (before?.code === 'unreachable' || before?.code === 'timed_out' ? null : before))
      },
      [setTrouble],
    ),
    useCallback(
      (error) => {
        if (!report(error)) setTrouble(troubleOf(error))
      },
      [report, setTrouble],
    ),
  )

  const show = (next: OpenTicket | null) => {
    kept.keepOpenTicket(next)
    setChangeMinor(0n)
    setTrouble(null)
    setSale(null)
    setOpen(next)
  }
  return {
    open,
    sale,
    changeMinor,
    busy,
    trouble,
    begin: show,
    close: () => show(null),
    take(kind, amountMinor, change) {
      if (!sale || busy) return
      run(`${kind} ${amountMinor} ${sale.parts.length}`, async (idempotencyKey) => {
        const tender = { kind, amountMinor: Number(amountMinor) }
        setSale(await api.sales.recordOtherTender(sale.id, tender, { idempotencyKey }))
        setChangeMinor(change)
      })
    },
    abandon() {
      if (!sale || busy) return
      run(`abandon ${sale.id}`, async () => {
        for (const part of sale.parts) {
          if (part.state !== 'approved' || part.refundedMinor >= part.amountMinor) continue
          // The key is the part's: however often it is pressed, a part is given back once.
          await api.sales.refund(sale.id, { partId: part.id }, { idempotencyKey: `abandon-${part.id}` })
        }
        show(null)
      })
    },
    refresh: useCallback(() => setRound((before) => before + 1), []),
  }
}
