import { createHash, randomBytes } from 'node:crypto'
import type { Invitation, InvitationAsk, InvitationMade, InvitationQuery, InvitationSeen, Page } from '@paume/contract'
import { type Selectable, sql } from 'kysely'
import type { Audit } from '../audit/service.ts'
import { type Clock, toTimestamp } from '../clock.ts'
import { type Db, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import { containing, pageOf } from '../list-page.ts'
import type { Staff } from '../routing.ts'
import type { Tenancy } from '../tenancy.ts'
import type { Named, Places } from './ports.ts'
import { mayChange, mayGive, type Rights, reaches } from './rights.ts'
import type { PersonRow } from './sessions.ts'
import type { StaffTables } from './tables.ts'

/** An invitation holds this long, ms. */
const LIVES_MS = 72 * 3_600_000

export type InvitationRow = Selectable<StaffTables['staff_invitation']>

/** Links that make somebody a person of the console. The database knows a link by its hash only. */
export type Invitations = {
  /**
   * @param origin of the console, which the link leads to
   * Throws `rights_beyond_own`, `not_found` for an organisation or a shop that is none of theirs.
   */
  invite(staff: Staff, origin: string, ask: InvitationAsk): Promise<InvitationMade>
  /** A link that puts new keys in the place of everything this person signs in with. Throws `rights_beyond_own`. */
  renew(staff: Staff, origin: string, person: PersonRow): Promise<InvitationMade>
  list(staff: Staff, query: InvitationQuery): Promise<Page<Invitation>>
  withdraw(staff: Staff, id: string): Promise<void>
  /** Throws `invitation_unknown` when the link is used, withdrawn, expired or never was. */
  open(token: string): Promise<InvitationRow>
  see(row: InvitationRow): Promise<InvitationSeen>
  /** Uses the link up; false when somebody else did. */
  close(tx: Tx, id: string): Promise<boolean>
}

type Parts = { db: Db; clock: Clock; audit: Audit; tenancy: Tenancy; places: Places }
type Draft = Pick<InvitationRow, 'organisation_id' | 'name' | 'roles' | 'shop_ids' | 'person_id'>

const sha256 = (token: string) => createHash('sha256').update(token).digest()

export const rightsOf = (row: Pick<InvitationRow, 'organisation_id' | 'roles' | 'shop_ids'>): Rights => ({
  organisationId: row.organisation_id,
  roles: row.roles,
  shopIds: row.shop_ids,
})

/** The organisation and the shops of some rights by their names. */
export async function placesOf(
  places: Places,
  { organisation_id: id, shop_ids: shopIds }: Pick<InvitationRow, 'organisation_id' | 'shop_ids'>,
): Promise<{ organisation: Named | null; shops: Named[] | null }> {
  if (id === null) return { organisation: null, shops: null }
  const organisation = (await places.organisation(id)) ?? { id, name: id }
  return { organisation, shops: shopIds === null ? null : await places.shopsOf(id, shopIds) }
}

/** Throws `not_found` when the organisation does not exist, or one of the shops is not its own. */
export async function requirePlaces(places: Places, { organisationId, shopIds }: Rights): Promise<void> {
  if (organisationId === null) return
  if ((await places.organisation(organisationId)) === null) throw new Failure('not_found')
  if (shopIds !== null && (await places.shopsOf(organisationId, shopIds)).length !== new Set(shopIds).size)
    throw new Failure('not_found')
}

export function createInvitations(parts: Parts): Invitations {
  const { db, clock, audit, tenancy, places } = parts
  const now = () => new Date(clock.nowMs())
  const read = (id: string) => (tx: Pick<Db, 'selectFrom'>, organisationId: string | null) => {
    const open = tx.selectFrom('staff_invitation').selectAll().where('id', '=', id).where('closed_at', 'is', null)
    const own = organisationId === null ? open : open.where('organisation_id', '=', organisationId)
    return own.executeTakeFirst()
  }
  return {
    async invite(staff, origin, ask) {
      const organisationId = staff.organisationId ?? ask.organisationId ?? null
      const rights = { organisationId, roles: ask.roles, shopIds: ask.shopIds }
      if (ask.organisationId !== undefined && ask.organisationId !== organisationId) throw new Failure('not_found')
      if (!mayGive(staff, rights)) throw new Failure('rights_beyond_own')
      await requirePlaces(places, rights)
      const { roles, shopIds: shop_ids, name } = ask
      return write(parts, staff, origin, { organisation_id: organisationId, name, roles, shop_ids, person_id: null })
    },
    async renew(staff, origin, person) {
      if (!mayChange(staff, person.id, rightsOf(person), null)) throw new Failure('rights_beyond_own')
      const { organisation_id, name, roles, shop_ids } = person
      return write(parts, staff, origin, { organisation_id, name, roles, shop_ids, person_id: person.id })
    },
    async list(staff, query) {
      const page = await tenancy.within(staff, (tx) => pageOf(tx, openOnes(tx, staff, query, now()), ORDER, query))
      const names = await places.organisations(page.items.flatMap(({ organisation_id }) => organisation_id ?? []))
      return { ...page, items: page.items.map((row) => viewInvitation(row, names)) }
    },
    async withdraw(staff, id) {
      const row = await tenancy.own(staff, { kind: 'invitation', id }, read(id))
      if (!reaches(staff, rightsOf(row))) throw new Failure('not_found')
      await withTransaction(db, async (tx) => {
        const change = tx.updateTable('staff_invitation').set({ closed_at: now() }).where('id', '=', id)
        const { numUpdatedRows } = await change.where('closed_at', 'is', null).executeTakeFirst()
        if (numUpdatedRows !== 1n) throw new Failure('not_found')
        await audit.append(tx, 'staff_invitation_withdrawn', { invitationId: id, by: staff.id })
      })
    },
    async open(token) {
      const row = await db
        .selectFrom('staff_invitation')
        .selectAll()
        .where('token_sha256', '=', sha256(token))
        .where('closed_at', 'is', null)
        .where('expires_at', '>', now())
        .executeTakeFirst()
      if (row === undefined) throw new Failure('invitation_unknown')
      return row
    },
    async see(row) {
      return {
        name: row.name,
        roles: row.roles,
        ...(await placesOf(places, row)),
        invitedBy: row.inviter_name,
        expiresAt: toTimestamp(row.expires_at),
        renewal: row.person_id !== null,
      }
    },
    async close(tx, id) {
      const change = await tx
        .updateTable('staff_invitation')
        .set({ closed_at: now() })
        .where('id', '=', id)
        .where('closed_at', 'is', null)
        .where('expires_at', '>', now())
        .executeTakeFirst()
      return change.numUpdatedRows === 1n
    },
  }
}

async function write({ db, clock, audit }: Parts, staff: Staff, origin: string, draft: Draft): Promise<InvitationMade> {
  const token = randomBytes(32).toString('base64url')
  const id = newId('invitation', clock.nowMs())
  const at = new Date(clock.nowMs())
  const expiresAt = new Date(at.getTime() + LIVES_MS)
  await withTransaction(db, async (tx) => {
    await tx
      .insertInto('staff_invitation')
      .values({
        ...draft,
        id,
        token_sha256: sha256(token),
        invited_by: staff.id,
        inviter_name: staff.name,
        created_at: at,
        expires_at: expiresAt,
        closed_at: null,
      })
      .execute()
    await audit.append(tx, draft.person_id === null ? 'staff_invited' : 'staff_renewal_made', {
      invitationId: id,
      by: staff.id,
      organisationId: draft.organisation_id,
      roles: draft.roles.join(' '),
      shops: draft.shop_ids === null ? 'all' : draft.shop_ids.join(' '),
      ...(draft.person_id === null ? {} : { staffId: draft.person_id }),
    })
  })
  // Behind the hash: what stands there is sent to no server and written into no log.
  return { id, link: `${origin}/console/join#${token}`, expiresAt: toTimestamp(expiresAt) }
}

const ORDER = {
  columns: { expiresAt: { by: 'expires_at', type: 'timestamptz' }, name: { by: 'name', type: 'text' } },
} as const

function openOnes(tx: Tx, staff: Staff, query: InvitationQuery, now: Date) {
  let rows = tx.selectFrom('staff_invitation').selectAll().where('closed_at', 'is', null).where('expires_at', '>', now)
  if (staff.organisationId !== null) rows = rows.where('organisation_id', '=', staff.organisationId)
  if (staff.shopIds !== null) rows = rows.where(sql<boolean>`shop_ids <@ ${[...staff.shopIds]}`)
  return query.q === undefined ? rows : rows.where('name', 'ilike', containing(query.q))
}

const viewInvitation = (row: InvitationRow, names: Map<string, string>): Invitation => ({
  id: row.id,
  name: row.name,
  organisation:
    row.organisation_id === null
      ? null
      : { id: row.organisation_id, name: names.get(row.organisation_id) ?? row.organisation_id },
  roles: row.roles,
  shopIds: row.shop_ids,
  invitedBy: row.inviter_name,
  createdAt: toTimestamp(row.created_at),
  expiresAt: toTimestamp(row.expires_at),
  renewal: row.person_id !== null,
})
