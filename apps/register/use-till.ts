import type { Device } from '@paume/contract'
import { useEffect, useState } from 'react'
import { basketFromJson, EMPTY_BASKET, linesToJson } from './basket.ts'
import type { Kept, Parked } from './kept.ts'
import { taxOf } from './tax.ts'
import { ticketOf } from './ticket.ts'
import type { CatalogueHandle } from './use-catalogue.ts'

/** The basket of a register and those that wait, kept over a reload. */
export function useTill(device: Device, kept: Kept, goods: CatalogueHandle) {
  const [basket, setBasket] = useState(() => basketFromJson(kept.basket()))
  const [parked, setParked] = useState(() => kept.parked())
  const taxMode = goods.catalogue?.taxMode ?? 'inclusive'
  useEffect(() => kept.keepBasket(linesToJson(basket.lines)), [kept, basket])
  const keep = (next: Parked[]) => {
    kept.keepParked(next)
    setParked(next)
  }
  const parkedNow = (): Parked[] =>
    basket.lines.length === 0 ? [] : [{ id: crypto.randomUUID(), atMs: Date.now(), lines: linesToJson(basket.lines) }]
  return {
    basket,
    setBasket,
    taxMode,
    parked,
    totalMinor: taxOf(basket.lines, taxMode).totalMinor,
    ticket: () => ticketOf(basket.lines, taxMode, device.shop.currency),
    start: () => setBasket(EMPTY_BASKET),
    park() {
      if (basket.lines.length === 0) return
      keep([...parkedNow(), ...parked])
      setBasket(EMPTY_BASKET)
    },
    /** Takes one up; a basket that is open is parked in exchange. */
    recall(wanted: Parked) {
      keep([...parkedNow(), ...parked.filter(({ id }) => id !== wanted.id)])
      setBasket(basketFromJson(wanted.lines))
    },
    discard: (unwanted: Parked) => keep(parked.filter(({ id }) => id !== unwanted.id)),
  }
}
