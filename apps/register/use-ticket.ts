import { type DeviceApi, NetworkFailure } from '@paume/client'
import type { OtherTenderKind, Sale } from '@paume/contract'
import { useCallback, useEffect, useRef, useState } from 'react'
import { type Trouble, troubleOf } from '../language/problem-text.ts'
import type { Kept, OpenTicket } from './kept.ts'

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

/** The one sale of a register that is paid in parts, by cash or elsewhere. */
export function useTicket(api: DeviceApi, kept: Kept, report: (error: unknown) => boolean): TicketHandle {
  const [open, setOpen] = useState(() => kept.openTicket())
  const [sale, setSale] = useState<Sale | null>(null)
  const [changeMinor, setChangeMinor] = useState(0n)
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [round, setRound] = useState(0)
  // One key for one tender: pressed again after a lost reply, it is the same cash.
  const attempt = useRef<{ what: string; key: string } | null>(null)
  const settled = sale !== null && sale.leftMinor === 0 && sale.pendingMinor === 0

  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` asks anew
  useEffect(() => {
    if (!open || settled) return
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = () => {
      openSale(api, open, stop.signal)
        .then((news) => {
          // An answer that was under way while cash was taken knows less than what is shown.
          setSale((before) => (before?.id === news.id && news.parts.length < before.parts.length ? before : news))
          setTrouble((before) => (before?.code === 'unreachable' || before?.code === 'timed_out' ? null : before))
        })
        .catch((error) => {
          if (!stop.signal.aborted && !report(error)) setTrouble(troubleOf(error))
        })
        .finally(() => {
          if (!stop.signal.aborted) timer = setTimeout(ask, ASK_AGAIN_MS)
        })
    }
    ask()
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [api, open, round, settled, report])

  const close = useCallback(() => {
    kept.keepOpenTicket(null)
    setOpen(null)
    setSale(null)
    setTrouble(null)
    setChangeMinor(0n)
  }, [kept])
  const run = async (work: () => Promise<void>) => {
    setBusy(true)
    setTrouble(null)
    try {
      await work()
      attempt.current = null
    } catch (error) {
      if (!(error instanceof NetworkFailure)) attempt.current = null
      if (!report(error)) setTrouble(troubleOf(error))
    } finally {
      setBusy(false)
    }
  }
  const keyOf = (what: string) => {
    if (attempt.current?.what !== what) attempt.current = { what, key: crypto.randomUUID() }
    return attempt.current.key
  }
  return {
    open,
    sale,
    changeMinor,
    busy,
    trouble,
    close,
    begin(next) {
      kept.keepOpenTicket(next)
      setChangeMinor(0n)
      setTrouble(null)
      setSale(null)
      setOpen(next)
    },
    take(kind, amountMinor, change) {
      if (!sale || busy) return
      const idempotencyKey = keyOf(`${kind} ${amountMinor} ${sale.parts.length}`)
      run(async () => {
        const tender = { kind, amountMinor: Number(amountMinor) }
        setSale(await api.sales.recordOtherTender(sale.id, tender, { idempotencyKey }))
        setChangeMinor(change)
      })
    },
    abandon() {
      if (!sale || busy) return
      run(async () => {
        for (const part of sale.parts) {
          if (part.state !== 'approved' || part.refundedMinor >= part.amountMinor) continue
          // The key is the part's: however often it is pressed, a part is given back once.
          await api.sales.refund(sale.id, { partId: part.id }, { idempotencyKey: `abandon-${part.id}` })
        }
        close()
      })
    },
    refresh: useCallback(() => setRound((before) => before + 1), []),
  }
}
