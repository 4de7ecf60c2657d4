import type { CardSetup } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Db } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import type { CardProcessors } from './ports.ts'

/** Whose card it will be: a registration's, or a shopper's who has signed in. */
export type SetupOwner = { enrolmentId: string } | { shopperId: string }

export type SetupRow = {
  setup_id: string
  token: string | null
  brand: string | null
  last4: string | null
  expiry_month: number | null
  expiry_year: number | null
  instrument_id: string | null
  processor: string
}

/** SQL that finds set-ups of one owner only: nobody confirms another's. */
export const ownedBy = (owner: SetupOwner) =>
  'enrolmentId' in owner ? sql`enrolment_id = ${owner.enrolmentId}` : sql`shopper_id = ${owner.shopperId}`

export type Setups = {
  /** Opens a card set-up at the processor. Throws `processor_unavailable`. */
  begin(owner: SetupOwner, shopId: string | null): Promise<CardSetup>
  /**
   * Asks the processor how the set-up ended and keeps the token. Safe to repeat. Throws `card_setup_unknown` (also: of another owner),
   * `card_declined_at_setup`, `processor_unavailable`.
   */
  confirm(owner: SetupOwner, setupId: string): Promise<SetupRow>
}

type Parts = {
  db: Db
  clock: Clock
  processors: CardProcessors
  forget(executor: QueryExecutorProvider, token: string, processor: string): Promise<void>
}

export function createSetups({ db, clock, processors, forget }: Parts): Setups {
  const now = () => new Date(clock.nowMs())
  const unavailable = (cause: unknown): never => {
    throw new Failure('processor_unavailable', {}, { cause })
  }
  return {
    async begin(owner, shopId) {
      const processor = await processors.forNewCards(shopId)
      const setupId = newId('cardSetup', clock.nowMs())
      const setup = await processor.createSetup({ setupId }).catch(unavailable)
      const { enrolmentId = null, shopperId = null } = owner as { enrolmentId?: string; shopperId?: string }
      await sql`
        insert into wallet_setup (setup_id, enrolment_id, shopper_id, processor, created_at)
        values (${setupId}, ${enrolmentId}, ${shopperId}, ${processor.name}, ${now()})`.execute(db)
      const { confirmUrl, clientSecret, form } = setup
      return { setupId, processor: processor.name, confirmUrl, clientSecret, form }
    },

    async confirm(owner, setupId) {
      const { rows } = await sql<SetupRow>`
        select * from wallet_setup where setup_id = ${setupId} and ${ownedBy(owner)}`.execute(db)
      const known = rows[0]
      if (!known) throw new Failure('card_setup_unknown')
      if (known.token !== null) return known
      const processor = processors.named(known.processor) ?? unavailable(new Error(`no processor ${known.processor}`))
      const state = await processor.fetchSetup(setupId).catch(unavailable)
      if (state === null) throw new Failure('card_setup_unknown')
      if (state.kind !== 'succeeded') throw new Failure('card_declined_at_setup')
      const kept = await sql<SetupRow>`
        update wallet_setup set token = ${state.token}, brand = ${state.brand}, last4 = ${state.last4},
               expiry_month = ${state.expiryMonth}, expiry_year = ${state.expiryYear}, confirmed_at = ${now()}
         where setup_id = ${setupId} and ${ownedBy(owner)} returning *`.execute(db)
      // The owner went away in between and the set-ups are gone: the token must not outlive them.
      if (!kept.rows[0]) {
        await forget(db, state.token, processor.name)
        throw new Failure('card_setup_unknown')
      }
      return kept.rows[0]
    },
  }
}
