import { Kysely, PostgresDialect, type PostgresPool } from 'kysely'
import type pg from 'pg'
import type { Db } from '../../src/database.ts'
import type { Database } from '../../src/tables.ts'

/** The process died: its connection is gone, and the database rolls back what was not committed. */
export class Crash extends Error {
  override name = 'Crash'
}

/**
 * Where the process dies: at its n-th statement from now or at its next commit, before or after the database carried it out.
 * `committed`: it had the commit.
 */
export type CrashPlan = { at: number | 'commit' | null; after: boolean; committed: boolean }

/** The database as a process sees it that may die at any statement. A new plan is a new process. */
export function mortalDatabase(pool: pg.Pool): { db: Db; plan: CrashPlan } {
  const plan: CrashPlan = { at: null, after: false, committed: false }
  const mortal: PostgresPool = {
    async connect() {
      const client = await pool.connect()
      let dead = false
      const query = async (text: string, parameters: readonly unknown[]) => {
        const dies = plan.at === 'commit' ? text === 'commit' : plan.at !== null && --plan.at <= 0
        // What the database does by itself when a connection breaks.
        if (text === 'rollback') return client.query(text)
        if (dead || (dies && !plan.after)) {
          dead = true
          plan.at = null
          throw new Crash('before the statement')
        }
        const result = await client.query(text, parameters as unknown[])
        if (dies) {
          dead = true
          plan.at = null
          plan.committed = text === 'commit'
          throw new Crash('after the statement')
        }
        return result
      }
      return { query, release: () => client.release() } as unknown as Awaited<ReturnType<PostgresPool['connect']>>
    },
    end: async () => {},
    options: {},
  }
  return { db: new Kysely<Database>({ dialect: new PostgresDialect({ pool: mortal }) }), plan }
}
