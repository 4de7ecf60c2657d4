import type { Clock } from '../clock.ts'
import type { Db } from '../database.ts'
import type { PseudonymOf } from '../pseudonyms.ts'
import type { GateAudit, GateCards, GateHouse, GateNews, GatePayments } from './ports.ts'

/** What the gates subject is made of; put together in the wiring. */
export type GateParts = {
  db: Db
  clock: Clock
  payments: GatePayments
  cards: GateCards
  house: GateHouse
  pseudonymOf: PseudonymOf
  audit: GateAudit
  announce: GateNews
}

export const nowOf = ({ clock }: Pick<GateParts, 'clock'>): Date => new Date(clock.nowMs())
