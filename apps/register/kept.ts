import type { OpenSale } from './sale.ts'

/** What a register keeps over a reload, in this browser, per device: its basket, the sale that is open, and today's payments. */
export interface Kept {
  basket(): string | null
  keepBasket(json: string): void
  openSale(): OpenSale | null
  keepOpenSale(open: OpenSale | null): void
  history(): string[]
  remember(paymentId: string): string[]
}

const HISTORY_LENGTH = 30

/** Throws what localStorage throws when it is full or forbidden: a sale that cannot be written down is not sent. */
export function keptOf(deviceId: string, storage: Storage = localStorage): Kept {
  const at = (name: string) => `paume-register:${deviceId}:${name}`
  const json = <T>(name: string): T | null => {
    try {
      return JSON.parse(storage.getItem(at(name)) ?? 'null') as T | null
    } catch {
      return null
    }
  }
  const history = () => json<string[]>('history') ?? []
  return {
    basket: () => storage.getItem(at('basket')),
    keepBasket: (basket) => storage.setItem(at('basket'), basket),
    openSale: () => json<OpenSale>('sale'),
    keepOpenSale: (open) => (open ? storage.setItem(at('sale'), JSON.stringify(open)) : storage.removeItem(at('sale'))),
    history,
    remember(paymentId) {
      const ids = [paymentId, ...history().filter((id) => id !== paymentId)].slice(0, HISTORY_LENGTH)
      storage.setItem(at('history'), JSON.stringify(ids))
      return ids
    },
  }
}
