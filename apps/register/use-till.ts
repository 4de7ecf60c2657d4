import type { DeviceApi } from '@paume/client'
import type { Device } from '@paume/contract'
import { useEffect, useState } from 'react'
import { basketFromJson, EMPTY_BASKET, linesToJson } from './basket.ts'
import type { Kept, Parked } from './kept.ts'
import { taxOf } from './tax.ts'
import { ticketOf } from './ticket.ts'
import type { CatalogueHandle } from './use-catalogue.ts'
import { useParked } from './use-parked.ts'

interface TillNeeds {
  api: DeviceApi
  device: Device
  kept: Kept
  goods: CatalogueHandle
  report: (error: unknown) => boolean
}

/** The basket of a register, kept over a reload, and the baskets of the shop that wait. */
export function useTill({ api, device, kept, goods, report }: TillNeeds) {
  const [basket, setBasket] = useState(() => basketFromJson(kept.basket()))
  const waiting = useParked(api, kept, report)
  const taxMode = goods.catalogue?.taxMode ?? 'inclusive'
  useEffect(() => kept.keepBasket(linesToJson(basket.lines)), [kept, basket])
  return {
    basket,
    setBasket,
    taxMode,
    waiting,
    totalMinor: taxOf(basket.lines, taxMode).totalMinor,
    ticket: () => ticketOf(basket.lines, taxMode, device.shop.currency),
    start: () => setBasket(EMPTY_BASKET),
    park() {
      if (basket.lines.length === 0) return
      waiting.park(basket.lines)
      setBasket(EMPTY_BASKET)
    },
    /** Takes one up; a basket that is open is parked in exchange. Answers whether it was had. */
    async recall(wanted: Parked): Promise<boolean> {
      const lines = await waiting.take(wanted)
      if (lines === null) return false
      if (basket.lines.length > 0) waiting.park(basket.lines)
      setBasket({ lines, past: [] })
      return true
    },
    discard: waiting.take,
    /** One that was thrown away, put back as a basket of its own. */
    restore: waiting.park,
  }
}
