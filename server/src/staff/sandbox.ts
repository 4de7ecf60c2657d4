import type { StaffRole } from '@paume/contract'
import type { FastifyRequest } from 'fastify'
import type { Clock } from '../clock.ts'
import { type Db, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import type { Staff } from '../routing.ts'
import { freshHandle } from './passkeys.ts'
import type { Sessions, StartedSession } from './sessions.ts'

/** People of the demo. Identifiers are fixed, so that entering twice makes nobody new. */
export const DEMO_PEOPLE: Record<'operator' | 'owner', { id: string; name: string; role: StaffRole }> = {
  operator: { id: 'stf_01KAPAVME0000000000000PERA', name: 'Demo operator', role: 'operator' },
  owner: { id: 'stf_01KAPAVME0000000000000WNER', name: 'Demo owner', role: 'owner' },
}
export type DemoPerson = keyof typeof DEMO_PEOPLE

/** Lets somebody at this machine in, and nobody else: no proxy's word counts for where a request comes from. */
export function requireThisMachine({ ip, headers }: Pick<FastifyRequest, 'ip' | 'headers'>): void {
  const here = ip === '::1' || ip.startsWith('127.') || ip.startsWith('::ffff:127.')
  const forwarded = headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined
  if (!here || forwarded) throw new Failure('not_found')
}

/** On whose behalf an invitation of the sandbox is made. */
export const sandboxInviter: Staff = {
  id: null,
  name: 'Sandbox',
  organisationId: null,
  shopIds: null,
  roles: ['operator'],
}

type Parts = { db: Db; clock: Clock; sessions: Sessions; demoOrganisationId: string }

/** Signs in as a person of the demo, without a passkey. Only a sandbox has this. */
export function enterSandbox({ db, clock, sessions, demoOrganisationId }: Parts) {
  return (who: DemoPerson, browser: string): Promise<{ session: StartedSession; personId: string }> =>
    withTransaction(db, async (tx) => {
      const personId = DEMO_PEOPLE[who].id
      await addDemoPerson(tx, who, demoOrganisationId, new Date(clock.nowMs()))
      const session = await sessions.start(tx, { personId, via: 'sandbox', browser })
      return { session, personId }
    })
}

/** A demo person that was revoked comes back: a sandbox always has a way in. */
async function addDemoPerson(tx: Tx, who: DemoPerson, demoOrganisationId: string, at: Date): Promise<void> {
  const { id, name, role } = DEMO_PEOPLE[who]
  await tx
    .insertInto('staff_person')
    .values({
      id,
      name,
      organisation_id: who === 'operator' ? null : demoOrganisationId,
      roles: [role],
      shop_ids: null,
      user_handle: freshHandle(),
      invited_by: null,
      created_at: at,
      keys_made_at: at,
      last_seen_at: at,
      revoked_at: null,
    })
    .onConflict((on) => on.column('id').doUpdateSet({ state: 'active', revoked_at: null, last_seen_at: at }))
    .execute()
}
