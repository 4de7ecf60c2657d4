import { createHash, randomBytes } from 'node:crypto'
import type { StaffSession } from '@paume/contract'
import type { Selectable } from 'kysely'
import type { Audit } from '../audit/service.ts'
import { type Clock, toTimestamp } from '../clock.ts'
import { type Db, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import type { Staff, StaffSessionOf } from '../routing.ts'
import type { StaffTables } from './tables.ts'

/** A session ends this long after its last request, ms. */
export const IDLE_END_MS = 60 * 60_000
/** A session ends this long after it began, whatever is done with it, ms: a long shift. */
export const LONGEST_MS = 12 * 3_600_000
/** What changes one's own keys is asked for at most this long after a passkey was shown, ms. */
const FRESH_MS = 15 * 60_000
/** That a session was used is written down this often, ms. */
const SEEN_EVERY_MS = 60_000

export type SessionStart = {
  personId: string
  via: StaffSession['via']
  passkeyId?: string
  passkeyDue?: boolean
  /** `User-Agent` of the browser. */
  browser: string
}
export type StartedSession = { id: string; token: string; endsInMs: number }
export type PersonRow = Selectable<StaffTables['staff_person']>
type SessionRow = Selectable<StaffTables['staff_session']>

/** Who is signed in, looked up in the database at every request: who was revoked is out with the next one, on every node. */
export type Sessions = {
  start(tx: Tx, start: SessionStart): Promise<StartedSession>
  /** Null: none, ended, or of somebody revoked. */
  /** `isUse`: whether it keeps the session from ending. A stream that asks by itself whether it may go on is nobody's use. Default true. */
  find(token: string, isUse?: boolean): Promise<{ staff: Staff; session: StaffSessionOf } | null>
  list(personId: string, currentId: string | null): Promise<StaffSession[]>
  /** Throws `not_found`. */
  end(personId: string, sessionId: string, by: string | null): Promise<void>
  endAll(personId: string, by: string | null): Promise<void>
  /** Removes those that have ended. */
  sweep(): Promise<void>
}

export const toStaff = (person: Pick<PersonRow, 'id' | 'name' | 'organisation_id' | 'shop_ids' | 'roles'>): Staff => ({
  id: person.id,
  name: person.name,
  organisationId: person.organisation_id,
  shopIds: person.shop_ids,
  roles: person.roles,
})

const sha256 = (token: string) => createHash('sha256').update(token).digest()

export function createSessions({ db, clock, audit }: { db: Db; clock: Clock; audit: Audit }): Sessions {
  const after = (ms: number) => new Date(clock.nowMs() + ms)
  const alive = () =>
    db
      .selectFrom('staff_session')
      .selectAll('staff_session')
      .where('ends_at', '>', after(0))
      .where('staff_session.last_seen_at', '>', after(-IDLE_END_MS))
  return {
    async start(tx, { personId, via, passkeyId = null, passkeyDue = false, browser }) {
      const token = randomBytes(32).toString('base64url')
      const id = newId('staffSession', clock.nowMs())
      const at = after(0)
      await tx
        .insertInto('staff_session')
        .values({
          id,
          token_sha256: sha256(token),
          person_id: personId,
          passkey_id: passkeyId,
          via,
          passkey_due: passkeyDue,
          browser: browser.slice(0, 200),
          started_at: at,
          signed_in_at: at,
          last_seen_at: at,
          ends_at: after(LONGEST_MS),
        })
        .execute()
      await audit.append(tx, 'staff_signed_in', { staffId: personId, sessionId: id, via })
      return { id, token, endsInMs: LONGEST_MS }
    },
    async find(token, isUse = true) {
      const row = await alive()
        .innerJoin('staff_person', 'staff_person.id', 'staff_session.person_id')
        .select(['name', 'organisation_id', 'shop_ids', 'roles'])
        .where('token_sha256', '=', sha256(token))
        .where('state', '=', 'active')
        .executeTakeFirst()
      if (row === undefined) return null
      if (isUse && row.last_seen_at < after(-SEEN_EVERY_MS)) await markSeen(db, row, after(0))
      return {
        staff: toStaff({ ...row, id: row.person_id }),
        session: { id: row.id, passkeyDue: row.passkey_due, fresh: row.signed_in_at > after(-FRESH_MS) },
      }
    },
    async list(personId, currentId) {
      const rows = await alive().where('person_id', '=', personId).orderBy('started_at', 'desc').execute()
      return rows.map((row) => viewSession(row, currentId))
    },
    end: (personId, sessionId, by) =>
      withTransaction(db, async (tx) => {
        const gone = tx.deleteFrom('staff_session').where('id', '=', sessionId).where('person_id', '=', personId)
        if ((await gone.executeTakeFirst()).numDeletedRows !== 1n) throw new Failure('not_found')
        await audit.append(tx, 'staff_session_ended', { staffId: personId, sessionId, by })
      }),
    endAll: (personId, by) =>
      withTransaction(db, async (tx) => {
        const { numDeletedRows } = await tx
          .deleteFrom('staff_session')
          .where('person_id', '=', personId)
          .executeTakeFirst()
        await audit.append(tx, 'staff_sessions_ended', { staffId: personId, count: Number(numDeletedRows), by })
      }),
    async sweep() {
      await db
        .deleteFrom('staff_session')
        .where(({ eb, or }) => or([eb('ends_at', '<=', after(0)), eb('last_seen_at', '<=', after(-IDLE_END_MS))]))
        .execute()
    },
  }
}

async function markSeen(db: Db, { id, person_id }: Pick<SessionRow, 'id' | 'person_id'>, at: Date): Promise<void> {
  await db.updateTable('staff_session').set({ last_seen_at: at }).where('id', '=', id).execute()
  await db.updateTable('staff_person').set({ last_seen_at: at }).where('id', '=', person_id).execute()
}

const viewSession = (row: SessionRow, currentId: string | null): StaffSession => ({
  id: row.id,
  browser: row.browser,
  via: row.via,
  startedAt: toTimestamp(row.started_at),
  lastSeenAt: toTimestamp(row.last_seen_at),
  endsAt: toTimestamp(row.ends_at),
  current: row.id === currentId,
})
