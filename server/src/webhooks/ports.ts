import type { WebhookEventType } from '@paume/contract'
import type { QueryExecutorProvider } from 'kysely'
import type { Tx } from '../database.ts'

/** Something that happened, in the words of the contract. */
export type Happening = {
  type: WebhookEventType
  organisationId: string
  at: Date
  /** Two happenings with one key are one. Null: the message that brought it is its key. */
  key: string | null
  /** The `data` of the message. No more of a shopper than a receipt shows. */
  data: Record<string, unknown>
}

/** Who has something to tell. */
export interface EventSource {
  /** What an outbox message of the source tells, as it stands now; null when there is nothing to tell after all. */
  describe(payload: Record<string, unknown>): Promise<Happening | null>
  /** From now on the source writes messages for this organisation, or no longer. */
  listen(tx: Tx, organisationId: string, on: boolean): Promise<void>
}

export interface WebhookAudit {
  append(
    tx: QueryExecutorProvider,
    event: string,
    facts: Record<string, string | number | boolean | null>,
  ): Promise<unknown>
}

export interface Organisations {
  exists(organisationId: string): Promise<boolean>
}

/** Addresses of a host name, all of them. Throws when there are none. */
export type Resolve = (hostname: string) => Promise<{ address: string; family: 4 | 6 }[]>
