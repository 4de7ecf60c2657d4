import type { DeviceApi } from '@paume/client'
import type { Catalogue, CatalogueItemWrite, TaxMode } from '@paume/contract'
import { useCallback, useEffect, useState } from 'react'
import type { Kept } from './kept.ts'

/** Another register of the shop may have changed the goods: asked for again after this time, ms. */
const ASK_AGAIN_MS = 30_000
const AFTER_FAULT_MS = 4_000

export interface CatalogueHandle {
  /** Null until it was heard of once. */
  catalogue: Catalogue | null
  /** The last question had no answer: what is shown may be old. */
  stale: boolean
  /** Each throws what the client throws; the goods are then as before. */
  putItem: (id: string, item: CatalogueItemWrite) => Promise<void>
  removeItem: (id: string) => Promise<void>
  setTaxMode: (mode: TaxMode) => Promise<void>
}

/** The goods of the shop: as kept, then as the system has them. */
export function useCatalogue(api: DeviceApi, kept: Kept, report: (error: unknown) => boolean): CatalogueHandle {
  const [catalogue, setCatalogue] = useState(() => kept.catalogue())
  const [stale, setStale] = useState(false)

  const load = useCallback(
    async (signal?: AbortSignal) => {
      const news = await api.counter.catalogue({ signal })
      kept.keepCatalogue(news)
      setCatalogue(news)
      setStale(false)
    },
    [api, kept],
  )
  useEffect(() => {
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const again = (afterMs: number) => {
      if (!stop.signal.aborted) timer = setTimeout(round, afterMs)
    }
    const round = () => {
      load(stop.signal)
        .then(() => again(ASK_AGAIN_MS))
        .catch((error) => {
          if (stop.signal.aborted || report(error)) return
          setStale(true)
          again(AFTER_FAULT_MS)
        })
    }
    round()
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [load, report])

  const change = useCallback(
    async (work: () => Promise<unknown>) => {
      await work()
      await load()
    },
    [load],
  )
  return {
    catalogue,
    stale,
    putItem: useCallback((id, item) => change(() => api.counter.putItem(id, item)), [api, change]),
    removeItem: useCallback((id) => change(() => api.counter.removeItem(id)), [api, change]),
    setTaxMode: useCallback((mode) => change(() => api.counter.setTaxMode(mode)), [api, change]),
  }
}
