import type { ProcessorAccount, ProcessorCardForms } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Static } from 'typebox'
import { toTimestamp } from '../../clock.ts'

export type CardForms = Static<typeof ProcessorCardForms>
export type KeyHints = NonNullable<ProcessorAccount['keys']>

export type AccountRow = {
  owner: string
  sealedKeys: Buffer | null
  keyHints: KeyHints | null
  merchantRef: string | null
  charges: 'direct' | 'destination'
  initiator: 'shopper' | 'merchant'
  acquirerAgreed: boolean
  flexible: boolean
  cardForms: CardForms
  /** Grows by one with every change. */
  version: number
  updatedAt: Date
}

const COLUMNS = sql.raw(
  `owner, sealed_keys as "sealedKeys", key_hints as "keyHints", merchant_ref as "merchantRef", charges, initiator,
   acquirer_agreed as "acquirerAgreed", flexible, card_forms as "cardForms", version, updated_at as "updatedAt"`,
)

export async function listAccounts(db: QueryExecutorProvider): Promise<AccountRow[]> {
  const { rows } = await sql<AccountRow>`
    select ${COLUMNS} from payment_processor_account order by owner`.execute(db)
  return rows
}

/** Locked until the transaction ends. */
export async function lockAccount(tx: QueryExecutorProvider, owner: string): Promise<AccountRow | null> {
  const { rows } = await sql<AccountRow>`
    select ${COLUMNS} from payment_processor_account where owner = ${owner} for update`.execute(tx)
  return rows[0] ?? null
}

export async function writeAccount(tx: QueryExecutorProvider, row: Omit<AccountRow, 'version'>): Promise<AccountRow> {
  const hints = row.keyHints === null ? null : JSON.stringify(row.keyHints)
  const { rows } = await sql<AccountRow>`
    insert into payment_processor_account (owner, processor, sealed_keys, key_hints, merchant_ref, charges, initiator,
      acquirer_agreed, flexible, card_forms, updated_at)
    values (${row.owner}, 'stripe', ${row.sealedKeys}, ${hints}, ${row.merchantRef}, ${row.charges}, ${row.initiator},
      ${row.acquirerAgreed}, ${row.flexible}, ${JSON.stringify(row.cardForms)}, ${row.updatedAt})
    on conflict (owner) do update set sealed_keys = excluded.sealed_keys, key_hints = excluded.key_hints,
      merchant_ref = excluded.merchant_ref, charges = excluded.charges, initiator = excluded.initiator,
      acquirer_agreed = excluded.acquirer_agreed, flexible = excluded.flexible, card_forms = excluded.card_forms,
      version = payment_processor_account.version + 1, updated_at = excluded.updated_at
    returning ${COLUMNS}`.execute(tx)
  return rows[0]!
}

/** What payments and cards call the processor of an account with keys; null: it has none. */
export const nameOfAccount = ({ owner, keyHints }: Pick<AccountRow, 'owner' | 'keyHints'>): string | null =>
  keyHints === null ? null : owner === 'platform' ? 'stripe' : `stripe:${owner}`

export const viewAccount = (row: AccountRow): ProcessorAccount => ({
  owner: row.owner,
  processor: 'stripe',
  name: nameOfAccount(row),
  keys: row.keyHints,
  merchantRef: row.merchantRef,
  charges: row.charges,
  initiator: row.initiator,
  acquirerAgreed: row.acquirerAgreed,
  flexible: row.flexible,
  cardForms: row.cardForms,
  updatedAt: toTimestamp(row.updatedAt),
})
