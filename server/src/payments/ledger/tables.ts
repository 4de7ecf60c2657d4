import type { Generated } from 'kysely'
import type { AccountKind, JournalKind, TransferKind, TransferState } from './journals.ts'

/** The tables of the ledger. Entries and journals are only ever added. */
export interface LedgerTables {
  ledger_account: { id: Generated<bigint>; organisation_id: string; currency: string; kind: AccountKind }
  ledger_transfer: {
    id: string
    /** Null for what moves a merchant's balance as a whole: fees, payouts, reserves, adjustments. */
    payment_id: string | null
    kind: TransferKind
    organisation_id: string
    currency: string
    /** What it was opened with; what it holds is this and `raised_minor`. */
    amount_minor: bigint
    raised_minor: Generated<bigint>
    posted_minor: Generated<bigint>
    state: TransferState
    created_at: Date
    settled_at: Date | null
  }
  ledger_journal: {
    id: Generated<bigint>
    transfer_id: string
    kind: JournalKind
    /** For a raise: the operation that raised it. Else empty. */
    cause: Generated<string>
    created_at: Date
  }
  ledger_entry: { id: Generated<bigint>; journal_id: bigint; account_id: bigint; amount_minor: bigint }
}
