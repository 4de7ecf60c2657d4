import type { CardSetup, CardSetupProgress, CardSetupWish } from '@paume/contract'
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
  begin(owner: SetupOwner, shopId: string | null, wish?: CardSetupWish): Promise<CardSetup>
  /** How the giving of the card goes. Keeps nothing: `confirm` does. Throws `card_setup_unknown`, `processor_unavailable`. */
  progress(owner: SetupOwner, setupId: string): Promise<CardSetupProgress>
  /** Ends a set-up at the processor. Safe to repeat. Throws `card_setup_unknown`, `processor_unavailable`. */
  cancel(owner: SetupOwner, setupId: string): Promise<void>
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
  async function known(owner: SetupOwner, setupId: string): Promise<SetupRow> {
    const { rows } = await sql<SetupRow>`
      select * from wallet_setup where setup_id = ${setupId} and ${ownedBy(owner)}`.execute(db)
    if (!rows[0]) throw new Failure('card_setup_unknown')
    return rows[0]
  }
  const processorOf = (row: SetupRow) =>
    processors.named(row.processor) ?? unavailable(new Error(`no processor ${row.processor}`))
  return {
    async begin(owner, shopId, { form: wished } = {}) {
      const processor = await processors.forNewCards(shopId)
      const setupId = newId('cardSetup', clock.nowMs())
      const setup = await processor.createSetup({ setupId, ...(wished ? { form: wished } : {}) }).catch(unavailable)
      const { enrolmentId = null, shopperId = null } = owner as { enrolmentId?: string; shopperId?: string }
      await sql`
        insert into wallet_setup (setup_id, enrolment_id, shopper_id, processor, created_at)
        values (${setupId}, ${enrolmentId}, ${shopperId}, ${processor.name}, ${now()})`.execute(db)
      const { confirmUrl, clientSecret, form, others } = setup
      return { setupId, processor: processor.name, confirmUrl, clientSecret, form, others }
    },

    async progress(owner, setupId) {
      const row = await known(owner, setupId)
      if (row.token !== null) return { state: 'succeeded' }
      const state = await processorOf(row).fetchSetup(setupId).catch(unavailable)
      if (state === null) throw new Failure('card_setup_unknown')
      return { state: state.kind }
    },

    async cancel(owner, setupId) {
      const row = await known(owner, setupId)
      if (row.token === null) await processorOf(row).cancelSetup(setupId).catch(unavailable)
    },

    async confirm(owner, setupId) {
      const row = await known(owner, setupId)
      if (row.token !== null) return row
      const processor = processorOf(row)
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
