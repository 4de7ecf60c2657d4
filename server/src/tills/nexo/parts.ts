import type { Clock } from '../../clock.ts'
import type { Db } from '../../database.ts'
import type { Till } from './keys.ts'
import type { MessageHeader } from './messages.ts'
import type { TillBooks, TillDevices, TillHints, TillPayments, TillShops } from './ports.ts'

/** What the nexo face is made of; put together in the wiring. */
export type NexoParts = {
  db: Db
  clock: Clock
  payments: TillPayments
  books: TillBooks
  devices: TillDevices
  shops: TillShops
  hints: TillHints
}

export const nowOf = ({ clock }: Pick<NexoParts, 'clock'>): Date => new Date(clock.nowMs())

/** A request whose header was checked, from a till that may speak for its SaleID, to a terminal of its shop. */
export type Request = {
  till: Till
  terminalId: string
  header: MessageHeader
  /** What the till counts its requests by; for messages to a device that have none, the device's number. */
  serviceId: string
  /** What stands beside the header: `<Category>Request`. */
  body: unknown
  style: 'sync' | 'async' | 'local'
  /** Of the encrypted form. */
  nonce: Buffer | null
  /** Aborted when nobody waits for the reply any more. */
  gone: AbortSignal
}
