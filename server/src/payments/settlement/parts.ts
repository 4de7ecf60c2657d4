import type { Clock } from '../../clock.ts'
import type { Db } from '../../database.ts'
import type { Audit } from '../ports.ts'
import type { Processor } from '../processors/processor.ts'

/** A processor's books, by the name of the account that it pays out to. */
export type SettlementSource = { name: string; books: Pick<Processor, 'listSettlement'> }

/** What settlement is made of; put together in the wiring. */
export type SettlementParts = {
  db: Db
  clock: Clock
  audit: Audit
  sources(): Promise<SettlementSource[]>
}
