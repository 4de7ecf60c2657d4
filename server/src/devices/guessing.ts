import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import type { Audit } from '../audit/service.ts'
import type { Clock } from '../clock.ts'
import { type Db, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import type { DeviceTables } from './tables.ts'

/** Who tries a code: somebody at an address, whom nobody knows, or staff who are signed in. */
export type Guesser = { kind: 'address'; address: string } | { kind: 'staff'; id: string | null }

/** Wrong codes within this time are counted together, ms. */
const WINDOW_MS = 600_000
/** Wrong codes of one guesser before they are locked out, and for how long. */
const EACH = { guesses: 10, lockMs: 900_000 }
/**
 * Wrong codes of all unknown guessers together before none of them may pair; staff still do. With 300 sheets open and 35 bits a code,
 * 200 tries in ten minutes find one in about nine years.
 */
const ALTOGETHER = { guesses: 200, lockMs: 300_000 }
const ALL_ADDRESSES = 'all addresses'
/** Any constant that nobody else locks: "PAIR" in ASCII. */
const COUNTING_LOCK = 0x50414952

export type PairingLock = DeviceTables['device_pairing_locks']
export type Guessing = {
  /** Throws `pairing_locked` while this guesser, or everybody unknown, is locked out. */
  check(guesser: Guesser): Promise<void>
  /** Counts a wrong code; the one that is too many locks. Counted in the database: nodes count together. */
  wrong(guesser: Guesser): Promise<void>
  locks(): Promise<PairingLock[]>
  /** Opens a lock before its time; forgets what was counted for it. */
  open(scope: string, staffId: string | null): Promise<void>
  prune(): Promise<void>
}

export function createGuessing({
  db,
  clock,
  audit,
  addressKey,
}: {
  db: Db
  clock: Clock
  audit: Audit
  /** Addresses are kept as a pseudonym only. */
  addressKey: Buffer
}): Guessing {
  const scopeOf = (guesser: Guesser) =>
    guesser.kind === 'staff'
      ? `staff ${guesser.id ?? 'token'}`
      : `address ${createHmac('sha256', addressKey).update(guesser.address).digest('hex').slice(0, 16)}`
  const scopesOf = (guesser: Guesser) => [scopeOf(guesser), ...(guesser.kind === 'address' ? [ALL_ADDRESSES] : [])]

  return {
    async check(guesser) {
      const locked = await db
        .selectFrom('device_pairing_locks')
        .select('until')
        .where('scope', 'in', scopesOf(guesser))
        .where('until', '>', new Date(clock.nowMs()))
        .orderBy('until', 'desc')
        .executeTakeFirst()
      if (locked === undefined) return
      const minutes = Math.ceil((locked.until.getTime() - clock.nowMs()) / 60_000)
      throw new Failure('pairing_locked', { detail: `Try again in ${minutes} min.` })
    },
    wrong: (guesser) =>
      withTransaction(db, async (tx) => {
        const now = new Date(clock.nowMs())
        const since = new Date(clock.nowMs() - WINDOW_MS)
        await sql`select pg_advisory_xact_lock(${COUNTING_LOCK})`.execute(tx)
        await tx
          .insertInto('device_pairing_guesses')
          .values({ who: scopeOf(guesser), at: now })
          .execute()
        for (const scope of scopesOf(guesser)) {
          const limit = scope === ALL_ADDRESSES ? ALTOGETHER : EACH
          const { rows } = await sql<{ guesses: number }>`
            select count(*)::int as guesses from device_pairing_guesses
             where at > ${since} and ${scope === ALL_ADDRESSES ? sql`who like 'address %'` : sql`who = ${scope}`}
               and at > coalesce((select locked_at from device_pairing_locks where scope = ${scope}), '-infinity')`.execute(
            tx,
          )
          const { guesses } = rows[0]!
          if (guesses < limit.guesses) continue
          const until = new Date(clock.nowMs() + limit.lockMs)
          const lock = { guesses, locked_at: now, until }
          await tx
            .insertInto('device_pairing_locks')
            .values({ scope, ...lock })
            .onConflict((on) => on.column('scope').doUpdateSet(lock))
            .execute()
          await audit.append(tx, 'pairing_locked', { scope, guesses, until: until.toISOString() })
        }
      }),
    locks: () =>
      db
        .selectFrom('device_pairing_locks')
        .selectAll()
        .where('until', '>', new Date(clock.nowMs()))
        .orderBy('locked_at')
        .execute(),
    open: (scope, staffId) =>
      withTransaction(db, async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable('device_pairing_locks')
          .set({ until: new Date(clock.nowMs()), locked_at: new Date(clock.nowMs()) })
          .where('scope', '=', scope)
          .executeTakeFirst()
        if (numUpdatedRows !== 1n) throw new Failure('not_found')
        await audit.append(tx, 'pairing_lock_opened', { scope, staffId })
      }),
    async prune() {
      await db
        .deleteFrom('device_pairing_guesses')
        .where('at', '<', new Date(clock.nowMs() - WINDOW_MS))
        .execute()
      await db
        .deleteFrom('device_pairing_locks')
        .where('until', '<', new Date(clock.nowMs() - 2 * WINDOW_MS))
        .execute()
    },
  }
}
