import type { Page, StaffPerson, StaffQuery, StaffRights } from '@paume/contract'
import { sql } from 'kysely'
import type { Audit } from '../audit/service.ts'
import { type Clock, toTimestamp } from '../clock.ts'
import { type Db, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { containing, pageOf } from '../list-page.ts'
import type { Staff } from '../routing.ts'
import type { Tenancy } from '../tenancy.ts'
import { requirePlaces, rightsOf } from './invitations.ts'
import type { Places } from './ports.ts'
import { keepsIt, mayChange, type Rights, reaches } from './rights.ts'
import type { PersonRow } from './sessions.ts'

/** Who works with the console, and what they may do there. */
export type StaffDirectory = {
  list(staff: Staff, query: StaffQuery): Promise<Page<StaffPerson>>
  /** The person's row. Throws `not_found`, also for somebody of another organisation or of other shops. */
  find(staff: Staff, id: string): Promise<PersonRow>
  /** Writes down that somebody's rights were looked up. */
  get(staff: Staff, id: string): Promise<StaffPerson>
  /** Throws `rights_beyond_own`, `last_of_its_kind`. */
  setRights(staff: Staff, id: string, rights: StaffRights): Promise<StaffPerson>
  /** Out at once and for good: sessions, passkeys, codes and links that were given end with it. Throws as `setRights`. */
  revoke(staff: Staff, id: string): Promise<StaffPerson>
}

type Parts = { db: Db; clock: Clock; audit: Audit; tenancy: Tenancy; places: Places }

export function createStaffDirectory(parts: Parts): StaffDirectory {
  const { db, audit, tenancy, places } = parts
  const view = async (staff: Staff, rows: readonly PersonRow[]): Promise<StaffPerson[]> => {
    const [names, keys] = await Promise.all([
      places.organisations(rows.flatMap(({ organisation_id }) => organisation_id ?? [])),
      countPasskeys(db, rows),
    ])
    return rows.map((row) => viewPerson(staff, row, names, keys.get(row.id) ?? 0))
  }
  const find = async (staff: Staff, id: string) => {
    const row = await tenancy.own(staff, { kind: 'staff', id }, (tx, organisationId) => {
      const found = tx.selectFrom('staff_person').selectAll().where('id', '=', id)
      const own = organisationId === null ? found : found.where('organisation_id', '=', organisationId)
      return own.executeTakeFirst()
    })
    if (!isNear(staff, row)) throw new Failure('not_found')
    return row
  }
  const one = async (staff: Staff, id: string) => (await view(staff, [await find(staff, id)]))[0]!
  return {
    async list(staff, query) {
      const page = await tenancy.within(staff, (tx) => pageOf(tx, selectPeople(tx, staff, query), ORDER, query))
      const asked = { by: staff.id, organisationId: staff.organisationId, count: page.items.length }
      await withTransaction(db, (tx) => audit.append(tx, 'staff_listed', asked))
      return { ...page, items: await view(staff, page.items) }
    },
    find,
    async get(staff, id) {
      const person = await one(staff, id)
      await withTransaction(db, (tx) => audit.append(tx, 'staff_looked_up', { staffId: id, by: staff.id }))
      return person
    },
    async setRights(staff, id, rights) {
      const before = await find(staff, id)
      await requirePlaces(places, { ...rights, organisationId: before.organisation_id })
      await change(parts, staff, before, rights)
      return one(staff, id)
    },
    async revoke(staff, id) {
      await change(parts, staff, await find(staff, id), null)
      return one(staff, id)
    },
  }
}

/** Whether they work in one of the same shops, or in all. */
const isNear = (staff: Staff, { shop_ids }: Pick<PersonRow, 'shop_ids'>) =>
  staff.shopIds === null || shop_ids === null || shop_ids.some((shop) => staff.shopIds!.includes(shop))

/**
 * Puts other rights in the place of a person's, or takes the person away. Everybody active of the organisation is locked first, in
 * order: of two who take each other's rights away at the same moment, one comes too late, and one who can put things right stays.
 */
async function change(
  { db, clock, audit }: Parts,
  staff: Staff,
  { id, organisation_id }: PersonRow,
  to: StaffRights | null,
) {
  await withTransaction(db, async (tx) => {
    const everybody = await tx
      .selectFrom('staff_person')
      .selectAll()
      .where('organisation_id', organisation_id === null ? 'is' : '=', organisation_id)
      .where('state', '=', 'active')
      .orderBy('id')
      .forUpdate()
      .execute()
    const person = everybody.find((row) => row.id === id)
    if (person === undefined) throw new Failure('not_found')
    if (!(await stillIs(tx, staff, everybody))) throw new Failure('staff_session_required')
    const before = rightsOf(person)
    const after: Rights | null = to === null ? null : { ...to, organisationId: before.organisationId }
    if (!mayChange(staff, id, before, after)) throw new Failure('rights_beyond_own')
    const others = everybody.filter((row) => row.id !== id && keepsIt(rightsOf(row)))
    if (keepsIt(before) && !(after !== null && keepsIt(after)) && others.length === 0)
      throw new Failure('last_of_its_kind')
    await closeLinks(tx, id, new Date(clock.nowMs()))
    if (after === null) await remove(tx, id, new Date(clock.nowMs()))
    else
      await tx
        .updateTable('staff_person')
        .set({ roles: after.roles, shop_ids: after.shopIds })
        .where('id', '=', id)
        .execute()
    await audit.append(tx, after === null ? 'staff_revoked' : 'staff_rights_set', {
      staffId: id,
      by: staff.id,
      organisationId: before.organisationId,
      ...(after === null ? {} : { roles: after.roles.join(' '), shops: after.shopIds?.join(' ') ?? 'all' }),
    })
  })
}

/** Whether the one who changes others was not changed or revoked meanwhile. */
async function stillIs(tx: Tx, staff: Staff, everybody: readonly PersonRow[]): Promise<boolean> {
  if (staff.id === null) return true
  const self =
    everybody.find(({ id }) => id === staff.id) ??
    (await tx
      .selectFrom('staff_person')
      .selectAll()
      .where('id', '=', staff.id)
      .where('state', '=', 'active')
      .executeTakeFirst())
  return (
    self !== undefined &&
    staff.roles.every((role) => self.roles.includes(role)) &&
    reaches(
      { organisationId: self.organisation_id, shopIds: self.shop_ids },
      rightsOf({ ...self, shop_ids: staff.shopIds as never }),
    )
  )
}

async function remove(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.updateTable('staff_person').set({ state: 'revoked', revoked_at: at }).where('id', '=', id).execute()
  await tx.deleteFrom('staff_session').where('person_id', '=', id).execute()
  await tx.deleteFrom('staff_passkey').where('person_id', '=', id).execute()
  await tx.deleteFrom('staff_recovery_code').where('person_id', '=', id).execute()
}

/** Links that this person gave out, or that were made for them: they promise what may not hold any longer. */
async function closeLinks(tx: Tx, id: string, at: Date): Promise<void> {
  await tx
    .updateTable('staff_invitation')
    .set({ closed_at: at })
    .where('closed_at', 'is', null)
    .where(({ eb, or }) => or([eb('invited_by', '=', id), eb('person_id', '=', id)]))
    .execute()
}

const ORDER = {
  columns: {
    name: { by: 'name', type: 'text' },
    createdAt: { by: 'created_at', type: 'timestamptz' },
    lastSeenAt: { by: 'last_seen_at', type: 'timestamptz' },
    state: { by: 'state', type: 'text' },
  },
} as const

function selectPeople(tx: Tx, staff: Staff, { q, role, state, organisationId }: StaffQuery) {
  let rows = tx.selectFrom('staff_person').selectAll()
  const within = staff.organisationId ?? organisationId
  if (within !== undefined) rows = rows.where('organisation_id', '=', within)
  const { shopIds } = staff
  if (shopIds !== null) rows = rows.where(sql<boolean>`(shop_ids is null or shop_ids && ${[...shopIds]})`)
  if (state !== undefined) rows = rows.where('state', '=', state)
  if (role !== undefined) rows = rows.where(sql<boolean>`${role} = any (roles)`)
  return q === undefined ? rows : rows.where('name', 'ilike', containing(q))
}

async function countPasskeys(db: Db, rows: readonly PersonRow[]): Promise<Map<string, number>> {
  if (rows.length === 0) return new Map()
  const counted = await db
    .selectFrom('staff_passkey')
    .select(({ fn }) => ['person_id', fn.countAll<bigint>().as('count')])
    .where(
      'person_id',
      'in',
      rows.map(({ id }) => id),
    )
    .groupBy('person_id')
    .execute()
  return new Map(counted.map(({ person_id, count }) => [person_id, Number(count)]))
}

function viewPerson(staff: Staff, row: PersonRow, names: Map<string, string>, passkeys: number): StaffPerson {
  const { organisation_id: organisationId } = row
  return {
    id: row.id,
    name: row.name,
    organisation:
      organisationId === null ? null : { id: organisationId, name: names.get(organisationId) ?? organisationId },
    roles: row.roles,
    shopIds: row.shop_ids,
    state: row.state,
    passkeys,
    createdAt: toTimestamp(row.created_at),
    lastSeenAt: row.last_seen_at === null ? null : toTimestamp(row.last_seen_at),
    mayChange: row.state === 'active' && mayChange(staff, row.id, rightsOf(row), null),
  }
}
