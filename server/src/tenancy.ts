import { type QueryExecutorProvider, sql } from 'kysely'
import type { Audit } from './audit/service.ts'
import { type Db, TENANT_ROLE, type Tx, withTransaction } from './database.ts'
import { Failure } from './failure.ts'
import type { Staff } from './routing.ts'

/**
 * What staff may see. Everything that the console reads of an organisation goes through here: the database itself shows rows of that
 * organisation only (row-level security, `database-role.ts`), besides the condition that the code writes into its own query.
 */
export type Tenancy = {
  /**
   * Reads as this person's organisation; operators read everything. `work` only reads: the role it runs under may not write. Where the
   * database has no such role (see `BooksGuard`), only the code's own condition holds.
   */
  within<T>(staff: Staff, work: (tx: Tx) => Promise<T>): Promise<T>
  /**
   * The row that `read` finds for this person. Throws `not_found` when there is none, and leaves an audit entry when there is one that
   * belongs to somebody else.
   *
   * @param what names the row in the audit: a kind such as `payment`, and its identifier
   * @param read is given the organisation to hold its own query to; null: to none
   */
  own<T>(
    staff: Staff,
    what: { kind: string; id: string },
    read: (
      db: QueryExecutorProvider & Pick<Db, 'selectFrom'>,
      organisationId: string | null,
    ) => Promise<T | null | undefined>,
  ): Promise<T>
}

export function createTenancy({ db, audit, enforced }: { db: Db; audit: Audit; enforced: boolean }): Tenancy {
  const within: Tenancy['within'] = (staff, work) =>
    withTransaction(db, async (tx) => {
      if (staff.organisationId !== null && enforced) {
        await sql`select set_config('paume.organisation', ${staff.organisationId}, true)`.execute(tx)
        await sql`set local role ${sql.id(TENANT_ROLE)}`.execute(tx)
      }
      return work(tx)
    })
  return {
    within,
    async own(staff, what, read) {
      const found = await within(staff, (tx) => read(tx, staff.organisationId))
      if (found !== null && found !== undefined) return found
      if (staff.organisationId !== null && (await read(db, null)) != null) {
        await withTransaction(db, (tx) =>
          audit.append(tx, 'foreign_id_asked', {
            staffId: staff.id,
            organisationId: staff.organisationId,
            kind: what.kind,
            id: what.id,
          }),
        )
      }
      throw new Failure('not_found')
    },
  }
}

/** Whether a shop is one of those that this person works for; the organisation is held to elsewhere. */
export const worksAt = ({ shopIds }: Pick<Staff, 'shopIds'>, shopId: string): boolean =>
  shopIds === null || shopIds.includes(shopId)
