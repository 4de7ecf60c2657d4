import type { Brand, Phase, PhaseChange, PhaseCreate } from '@paume/contract'
import { sql } from 'kysely'
import type { Audit } from '../audit/service.ts'
import type { Clock } from '../clock.ts'
import { type Db, isUniqueViolation, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import type { Staff } from '../routing.ts'
import type { Tenancy } from '../tenancy.ts'
import type { Shops } from './shops.ts'

/** Brands of an organisation, and the waves that its shops come up in. */
export type Groups = {
  brands(staff: Staff): Promise<Brand[]>
  addBrand(staff: Staff, name: string, organisationId?: string): Promise<Brand>
  renameBrand(staff: Staff, id: string, name: string): Promise<void>
  /** Throws `still_in_use` while a shop has it. */
  removeBrand(staff: Staff, id: string): Promise<void>
  phases(staff: Staff): Promise<Phase[]>
  addPhase(staff: Staff, phase: PhaseCreate): Promise<Phase>
  changePhase(staff: Staff, id: string, change: PhaseChange): Promise<void>
  /** Its shops stay, in no phase. */
  removePhase(staff: Staff, id: string): Promise<void>
  /** Puts shops into a phase; null: into none. */
  assign(staff: Staff, phaseId: string | null, shopIds: readonly string[]): Promise<void>
}

type Parts = { db: Db; clock: Clock; audit: Audit; tenancy: Tenancy; shops: Shops }
type Table = 'brands' | 'rollout_phases'

export function createGroups({ db, clock, audit, tenancy, shops }: Parts): Groups {
  const own = async (staff: Staff, table: Table, id: string) => {
    const kind = table === 'brands' ? 'brand' : 'phase'
    const row = await tenancy.own(staff, { kind, id }, (reader, organisationId) =>
      reader
        .selectFrom(table)
        .select(['id', 'organisation_id'])
        .where('id', '=', id)
        .$if(organisationId !== null, (all) => all.where('organisation_id', '=', organisationId as string))
        .executeTakeFirst(),
    )
    if (staff.organisationId !== null && row.organisation_id !== staff.organisationId) throw new Failure('not_found')
    return row
  }
  const organisationFor = (staff: Staff, named: string | undefined): string => {
    const id = staff.organisationId ?? named
    if (id === undefined) throw new Failure('request_malformed', { detail: 'Name the organisation.' })
    if (named !== undefined && named !== id) throw new Failure('not_found')
    return id
  }
  const write = async (staff: Staff, event: string, id: string, work: (tx: Tx) => Promise<unknown>) => {
    try {
      await withTransaction(db, async (tx) => {
        await work(tx)
        await audit.append(tx, event, { id, staffId: staff.id })
      })
    } catch (error) {
      if (isUniqueViolation(error)) throw new Failure('name_taken', {}, { cause: error })
      throw error
    }
  }
  const phases = async (staff: Staff): Promise<Phase[]> =>
    tenancy.within(staff, async (tx) => {
      const rows = await tx
        .selectFrom('rollout_phases as p')
        .innerJoin('organisations as o', 'o.id', 'p.organisation_id')
        .select(['p.id', 'p.name', 'o.id as organisationId', 'o.name as organisationName'])
        .select([
          sql<string | null>`p.starts_on::text`.as('startsOn'),
          sql<string | null>`p.ends_on::text`.as('endsOn'),
        ])
        .$if(staff.organisationId !== null, (all) =>
          all.where('p.organisation_id', '=', staff.organisationId as string),
        )
        .orderBy(sql`p.starts_on nulls last`)
        .orderBy('p.name')
        .execute()
      const counts = await tx
        .selectFrom('shops')
        .select(['phase_id', 'state', sql<bigint>`count(*)`.as('count')])
        .where('phase_id', 'in', ['', ...rows.map(({ id }) => id)])
        .$if(staff.shopIds !== null, (all) => all.where('id', 'in', ['', ...(staff.shopIds as string[])]))
        .groupBy(['phase_id', 'state'])
        .execute()
      return rows.map(({ organisationId, organisationName, ...phase }) => ({
        ...phase,
        organisation: { id: organisationId, name: organisationName },
        shops: Object.fromEntries(
          counts.filter(({ phase_id }) => phase_id === phase.id).map(({ state, count }) => [state, Number(count)]),
        ),
      }))
    })
  return {
    brands: (staff) =>
      tenancy.within(staff, async (tx) => {
        const rows = await tx
          .selectFrom('brands')
          .leftJoin('shops', 'shops.brand_id', 'brands.id')
          .select(['brands.id', 'brands.name', sql<bigint>`count(shops.id)`.as('shops')])
          .$if(staff.organisationId !== null, (all) =>
            all.where('brands.organisation_id', '=', staff.organisationId as string),
          )
          .groupBy('brands.id')
          .orderBy('brands.name')
          .execute()
        return rows.map((row) => ({ ...row, shops: Number(row.shops) }))
      }),
    async addBrand(staff, name, named) {
      const organisationId = organisationFor(staff, named)
      const id = newId('brand', clock.nowMs())
      const row = { id, organisation_id: organisationId, name }
      await write(staff, 'brand_added', id, (tx) => tx.insertInto('brands').values(row).execute())
      return { id, name, shops: 0 }
    },
    async renameBrand(staff, id, name) {
      await own(staff, 'brands', id)
      await write(staff, 'brand_renamed', id, (tx) =>
        tx.updateTable('brands').set({ name }).where('id', '=', id).execute(),
      )
    },
    async removeBrand(staff, id) {
      await own(staff, 'brands', id)
      await write(staff, 'brand_removed', id, async (tx) => {
        const used = tx.selectFrom('shops').select('id').where('brand_id', '=', id).limit(1)
        if ((await used.executeTakeFirst()) !== undefined) throw new Failure('still_in_use')
        await tx.deleteFrom('brands').where('id', '=', id).execute()
      })
    },
    phases,
    async addPhase(staff, { organisationId: named, name, startsOn = null, endsOn = null }) {
      const organisationId = organisationFor(staff, named)
      requireOrder(startsOn, endsOn)
      const id = newId('phase', clock.nowMs())
      const row = { id, organisation_id: organisationId, name, starts_on: startsOn, ends_on: endsOn }
      await write(staff, 'phase_added', id, (tx) => tx.insertInto('rollout_phases').values(row).execute())
      return (await phases(staff)).find((phase) => phase.id === id)!
    },
    async changePhase(staff, id, { name, startsOn, endsOn }) {
      await own(staff, 'rollout_phases', id)
      const now = (await phases(staff)).find((phase) => phase.id === id)!
      const next = {
        starts_on: startsOn === undefined ? now.startsOn : startsOn,
        ends_on: endsOn === undefined ? now.endsOn : endsOn,
      }
      requireOrder(next.starts_on, next.ends_on)
      await write(staff, 'phase_changed', id, (tx) =>
        tx
          .updateTable('rollout_phases')
          .set({ name: name ?? now.name, ...next })
          .where('id', '=', id)
          .execute(),
      )
    },
    async removePhase(staff, id) {
      await own(staff, 'rollout_phases', id)
      await write(staff, 'phase_removed', id, (tx) => tx.deleteFrom('rollout_phases').where('id', '=', id).execute())
    },
    async assign(staff, phaseId, shopIds) {
      const phase = phaseId === null ? null : await own(staff, 'rollout_phases', phaseId)
      const rows = await shops.ownAll(staff, shopIds)
      if (phase && rows.some((row) => row.organisation_id !== phase.organisation_id)) throw new Failure('not_found')
      const ids = rows.map(({ id }) => id)
      await write(staff, 'phase_assigned', phaseId ?? 'none', (tx) =>
        tx.updateTable('shops').set({ phase_id: phaseId }).where('id', 'in', ids).execute(),
      )
    },
  }
}

function requireOrder(startsOn: string | null, endsOn: string | null): void {
  if (startsOn !== null && endsOn !== null && startsOn > endsOn) {
    throw new Failure('request_malformed', { problems: [{ path: 'body/endsOn', message: 'is before the start' }] })
  }
}
