import type { Catalogue, ParkedLine, TicketWrite } from '@paume/contract'
import type { OpenSale } from './sale.ts'

/** A sale that is paid in parts or by cash, as it was begun. */
export interface OpenTicket {
  reference: string
  /** Of the sale: begun again with it, it is the same sale. */
  idempotencyKey: string
  ticket: TicketWrite
}
export interface Parked {
  id: string
  atMs: number
  lines: ParkedLine[]
  /** False: the system has not heard of it yet, it waits on this register only. */
  sent: boolean
}

/** What a register keeps over a reload, in this browser, per device: its basket, what the system has not heard of yet, what is open, today's payments. */
export interface Kept {
  basket(): string | null
  keepBasket(json: string): void
  openSale(): OpenSale | null
  keepOpenSale(open: OpenSale | null): void
  openTicket(): OpenTicket | null
  keepOpenTicket(open: OpenTicket | null): void
  /** Parked here, and not told to the system yet. */
  unsent(): Parked[]
  keepUnsent(parked: Parked[]): void
  /** Taken up again before it was known whether the system had heard of them: it is told that they are gone. */
  takenUnheard(): string[]
  keepTakenUnheard(ids: string[]): void
  /** Asked for, and the answer was lost: perhaps ours already, and then on no list of the system any more. */
  asked(): Parked[]
  keepAsked(parked: Parked[]): void
  /** The goods as the system told them last: the till opens with them while the system cannot be reached. */
  catalogue(): Catalogue | null
  keepCatalogue(catalogue: Catalogue): void
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
  const keep = (name: string, value: unknown) =>
    value === null ? storage.removeItem(at(name)) : storage.setItem(at(name), JSON.stringify(value))
  const history = () => json<string[]>('history') ?? []
  return {
    basket: () => storage.getItem(at('basket')),
    keepBasket: (basket) => storage.setItem(at('basket'), basket),
    openSale: () => json<OpenSale>('sale'),
    keepOpenSale: (open) => keep('sale', open),
    openTicket: () => json<OpenTicket>('ticket'),
    keepOpenTicket: (open) => keep('ticket', open),
    unsent: () => json<Parked[]>('unsent') ?? [],
    keepUnsent: (parked) => keep('unsent', parked),
    takenUnheard: () => json<string[]>('taken-unheard') ?? [],
    keepTakenUnheard: (ids) => keep('taken-unheard', ids),
    asked: () => json<Parked[]>('asked') ?? [],
    keepAsked: (parked) => keep('asked', parked),
    catalogue: () => json<Catalogue>('catalogue'),
    keepCatalogue: (catalogue) => keep('catalogue', catalogue),
    history,
    remember(paymentId) {
      const ids = [paymentId, ...history().filter((id) => id !== paymentId)].slice(0, HISTORY_LENGTH)
      keep('history', ids)
      return ids
    },
  }
}
