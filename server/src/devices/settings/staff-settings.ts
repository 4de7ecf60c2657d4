import type { Page, SettingsScope, SettingsTemplate, SettingsTemplateListed } from '@paume/contract'
import { sql } from 'kysely'
import { toTimestamp } from '../../clock.ts'
import type { Db } from '../../database.ts'
import { Failure } from '../../failure.ts'
import { containing, type ListOrder, pageOf } from '../../list-page.ts'
import type { Staff } from '../../routing.ts'
import type { Tenancy } from '../../tenancy.ts'
import type { Fleet } from '../fleet.ts'
import type { FleetPorts } from '../ports.ts'

export const TEMPLATE_COLUMNS = ['name', 'createdAt'] as const
const TEMPLATES: ListOrder = {
  columns: { name: { by: 't.name', type: 'text' }, createdAt: { by: 't.created_at', type: 'timestamptz' } },
  id: 't.id',
}
export const ROLLOUT_COLUMNS = ['startedAt', 'state'] as const
const ROLLOUTS: ListOrder = {
  columns: { startedAt: { by: 'r.started_at', type: 'timestamptz' }, state: { by: 'r.state', type: 'text' } },
  id: 'r.id',
  firstDown: true,
}

type TemplateQuery = { q?: string; sort?: string; limit?: number; after?: string }
type RolloutQuery = TemplateQuery & { state?: 'running' | 'stopped' | 'finished'; templateId?: string }

/** Templates and roll-outs as this person may see them; writing is for whoever asked here first. */
export type StaffSettings = {
  templates(staff: Staff, query: TemplateQuery): Promise<Page<SettingsTemplateListed>>
  template(staff: Staff, id: string): Promise<SettingsTemplate>
  /** Answers the template's organisation. Throws `not_found`. */
  ownTemplate(staff: Staff, id: string): Promise<{ organisationId: string }>
  /** Where a template of this organisation may hold for this person. Throws `not_found`. */
  ownScope(staff: Staff, organisationId: string, scope: SettingsScope, scopeId: string): Promise<void>
  rolloutIds(staff: Staff, query: RolloutQuery): Promise<Page<{ id: string }>>
  /** Throws `not_found`. */
  ownRollout(staff: Staff, id: string): Promise<{ templateId: string }>
}

type Parts = {
  tenancy: Tenancy
  ports: Pick<FleetPorts, 'organisationOfBrand'>
  fleet: Fleet
  organisationName(id: string): Promise<string>
}

export function createStaffSettings({ tenancy, ports, fleet, organisationName }: Parts): StaffSettings {
  const select = (reader: Pick<Db, 'selectFrom'>, { organisationId }: Staff) => {
    const rows = reader
      .selectFrom('device_settings_templates as t')
      .leftJoin('device_settings_rollouts as r', (join) =>
        join.onRef('r.template_id', '=', 't.id').on('r.state', '=', 'running'),
      )
      .select(['t.id', 't.organisation_id', 't.name', 't.current_version', 't.created_at', 'r.id as rollout_id'])
      .select(
        sql<number>`(select max(version) from device_settings_versions v where v.template_id = t.id)`.as('latest'),
      )
    return organisationId === null ? rows : rows.where('t.organisation_id', '=', organisationId)
  }
  type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>
  const listed = async (row: Row): Promise<SettingsTemplateListed> => ({
    id: row.id,
    name: row.name,
    organisation: { id: row.organisation_id, name: await organisationName(row.organisation_id) },
    currentVersion: row.current_version,
    latestVersion: row.latest,
    rolloutId: row.rollout_id,
    createdAt: toTimestamp(row.created_at),
  })
  const own = (staff: Staff, id: string) =>
    tenancy.own(staff, { kind: 'settings template', id }, (reader) =>
      select(reader, { ...staff, organisationId: null })
        .where('t.id', '=', id)
        .executeTakeFirst(),
    )
  const checked = (staff: Staff, row: Row): Row => {
    if (staff.organisationId !== null && row.organisation_id !== staff.organisationId) throw new Failure('not_found')
    return row
  }
  return {
    async templates(staff, query) {
      const page = await tenancy.within(staff, (tx) => {
        const rows = select(tx, staff)
        return pageOf(
          tx,
          query.q === undefined ? rows : rows.where('t.name', 'ilike', containing(query.q)),
          TEMPLATES,
          query,
        )
      })
      return { ...page, items: await Promise.all(page.items.map(listed)) }
    },
    async template(staff, id) {
      const row = checked(staff, await own(staff, id))
      const [versions, assignments, rollouts] = await tenancy.within(staff, (tx) =>
        Promise.all([
          tx
            .selectFrom('device_settings_versions')
            .selectAll()
            .where('template_id', '=', id)
            .orderBy('version', 'desc')
            .execute(),
          tx
            .selectFrom('device_settings_assignments')
            .select(['scope', 'scope_id'])
            .where('template_id', '=', id)
            .execute(),
          tx
            .selectFrom('device_settings_rollouts')
            .select('id')
            .where('template_id', '=', id)
            .orderBy('started_at', 'desc')
            .limit(20)
            .execute(),
        ]),
      )
      return {
        ...(await listed(row)),
        versions: versions.map(({ version, settings, created_at, created_by }) => ({
          version,
          settings,
          createdAt: toTimestamp(created_at),
          createdBy: created_by,
        })),
        assignments: assignments.map(({ scope, scope_id }) => ({ scope, scopeId: scope_id })),
        rollouts: rollouts.map(({ id: rolloutId }) => rolloutId),
      }
    },
    async ownTemplate(staff, id) {
      return { organisationId: checked(staff, await own(staff, id)).organisation_id }
    },
    async ownScope(staff, organisationId, scope, scopeId) {
      const fits = async () => {
        switch (scope) {
          case 'organisation':
            return scopeId === organisationId && staff.shopIds === null
          case 'brand':
            return (await ports.organisationOfBrand(scopeId)) === organisationId && staff.shopIds === null
          case 'shop':
            return (await fleet.ownShop(staff, scopeId)).organisation.id === organisationId
          case 'device':
            return (await fleet.own(staff, scopeId)).organisation_id === organisationId
        }
      }
      if (!(await fits())) throw new Failure('not_found')
    },
    rolloutIds: (staff, query) =>
      tenancy.within(staff, (tx) => {
        let rows = tx
          .selectFrom('device_settings_rollouts as r')
          .innerJoin('device_settings_templates as t', 't.id', 'r.template_id')
          .select('r.id')
        if (staff.organisationId !== null) rows = rows.where('t.organisation_id', '=', staff.organisationId)
        if (query.state !== undefined) rows = rows.where('r.state', '=', query.state)
        if (query.templateId !== undefined) rows = rows.where('r.template_id', '=', query.templateId)
        if (query.q !== undefined) rows = rows.where('t.name', 'ilike', containing(query.q))
        return pageOf(tx, rows, ROLLOUTS, query)
      }),
    async ownRollout(staff, id) {
      const row = await tenancy.own(staff, { kind: 'settings roll-out', id }, (reader) =>
        reader
          .selectFrom('device_settings_rollouts as r')
          .innerJoin('device_settings_templates as t', 't.id', 'r.template_id')
          .select(['r.template_id', 't.organisation_id'])
          .where('r.id', '=', id)
          .executeTakeFirst(),
      )
      if (staff.organisationId !== null && row.organisation_id !== staff.organisationId) throw new Failure('not_found')
      return { templateId: row.template_id }
    },
  }
}
