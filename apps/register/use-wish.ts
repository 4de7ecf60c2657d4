import { NetworkFailure } from '@paume/client'
import { useCallback, useRef, useState } from 'react'
import { type Trouble, troubleOf } from '../language/problem-text.ts'

export interface Wishes {
  busy: boolean
  trouble: Trouble | null
  setTrouble: (next: Trouble | null | ((before: Trouble | null) => Trouble | null)) => void
  /**
   * Does what somebody wished for, one thing at a time; what goes wrong is kept as `trouble`. Answers whether it was done.
   * `work` gets the key of the wish: wished for again after a lost reply, it is the same wish.
   */
  run: (what: string, work: (key: string) => Promise<void>) => Promise<boolean>
}

/** Busy, trouble, and one idempotency key for each wish, named by what is wished. */
export function useWish(report?: (error: unknown) => boolean): Wishes {
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const attempt = useRef<{ what: string; key: string } | null>(null)
  const run = useCallback(
    async (what: string, work: (key: string) => Promise<void>) => {
      if (attempt.current?.what !== what) attempt.current = { what, key: crypto.randomUUID() }
      setBusy(true)
      setTrouble(null)
      try {
        await work(attempt.current.key)
        attempt.current = null
        return true
      } catch (error) {
        // Whether it arrived is not known: the key stays for the next try. An answer ends it.
        if (!(error instanceof NetworkFailure)) attempt.current = null
        if (!report?.(error)) setTrouble(troubleOf(error))
        return false
      } finally {
        setBusy(false)
      }
    },
    [report],
  )
  return { busy, trouble, setTrouble, run }
}
