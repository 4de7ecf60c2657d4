import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Db } from '../database.ts'
import { Failure } from '../failure.ts'

/** Wrong ones from one address, within `WINDOW_MS`, before it is locked out for as long. */
const MOST_WRONG = 5
const WINDOW_MS = 15 * 60_000

/** Counts wrong recovery codes and wrong links of an address, for all nodes together. The address is kept as an HMAC. */
export type Guesses = {
  /** Throws `rate_limited` while the address is locked out. */
  check(address: string): Promise<void>
  /** Answers true when this one locked the address out. */
  wrong(address: string): Promise<boolean>
  sweep(): Promise<void>
}

export function createGuesses({ db, clock, key }: { db: Db; clock: Clock; key: Buffer }): Guesses {
  const named = (address: string) => createHmac('sha256', key).update(address).digest()
  const at = (ms = 0) => new Date(clock.nowMs() + ms)
  return {
    async check(address) {
      const locked = await db
        .selectFrom('staff_guess')
        .select('failed')
        .where('address_hmac', '=', named(address))
        .where('locked_until', '>', at())
        .executeTakeFirst()
      if (locked !== undefined) throw new Failure('rate_limited')
    },
    async wrong(address) {
      const { rows } = await sql<{ failed: number }>`
        insert into staff_guess (address_hmac, failed, since) values (${named(address)}, 1, ${at()})
        on conflict (address_hmac) do update
           set failed = case when staff_guess.since < ${at(-WINDOW_MS)} then 1 else staff_guess.failed + 1 end,
               since = case when staff_guess.since < ${at(-WINDOW_MS)} then ${at()} else staff_guess.since end
        returning failed`.execute(db)
      const locks = rows[0]!.failed >= MOST_WRONG
      if (locks)
        await db
          .updateTable('staff_guess')
          .set({ locked_until: at(WINDOW_MS), failed: 0, since: at() })
          .where('address_hmac', '=', named(address))
          .execute()
      return locks
    },
    async sweep() {
      await sql`
        delete from staff_guess
         where since < ${at(-WINDOW_MS)} and coalesce(locked_until, '-infinity') < ${at()}`.execute(db)
    },
  }
}
