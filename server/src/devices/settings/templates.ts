import type { SettingsPatch, SettingsScope } from '@paume/contract'
import type { Audit } from '../../audit/service.ts'
import type { Clock } from '../../clock.ts'
import { type Db, type Tx, withTransaction } from '../../database.ts'
import { Failure } from '../../failure.ts'
import { newId } from '../../ids.ts'

export type SettingsTemplates = {
  /** With a first version, which holds nowhere before it is assigned and rolled out. */
  create(
    template: { organisationId: string; name: string; settings: SettingsPatch },
    staffId: string | null,
  ): Promise<string>
  /** Answers the number of the new version. Throws `not_found`. */
  addVersion(templateId: string, settings: SettingsPatch, staffId: string | null): Promise<number>
  /** In place of whatever template held there. The caller has seen to it that scope and template are of one organisation. */
  assign(at: { scope: SettingsScope; scopeId: string; templateId: string }, staffId: string | null): Promise<void>
  /** Throws `not_found` when none holds there. */
  unassign(at: { scope: SettingsScope; scopeId: string }, staffId: string | null): Promise<void>
}

export function createTemplates({ db, clock, audit }: { db: Db; clock: Clock; audit: Audit }): SettingsTemplates {
  const now = () => new Date(clock.nowMs())
  const insertVersion = (
    tx: Tx,
    row: { template_id: string; version: number; created_by: string | null },
    settings: SettingsPatch,
  ) =>
    tx
      .insertInto('device_settings_versions')
      .values({ ...row, settings: JSON.stringify(settings), created_at: now() })
      .execute()
  return {
    create: ({ organisationId, name, settings }, staffId) =>
      withTransaction(db, async (tx) => {
        const id = newId('settings', clock.nowMs())
        const row = { id, organisation_id: organisationId, name, current_version: null, created_at: now() }
        await tx.insertInto('device_settings_templates').values(row).execute()
        await insertVersion(tx, { template_id: id, version: 1, created_by: staffId }, settings)
        await audit.append(tx, 'settings_template_created', { templateId: id, organisationId, staffId })
        return id
      }),
    addVersion: (templateId, settings, staffId) =>
      withTransaction(db, async (tx) => {
        const template = await tx
          .selectFrom('device_settings_templates')
          .select('id')
          .where('id', '=', templateId)
          .forUpdate()
          .executeTakeFirst()
        if (template === undefined) throw new Failure('not_found')
        const { latest } = await tx
          .selectFrom('device_settings_versions')
          .select(({ fn }) => fn.max('version').as('latest'))
          .where('template_id', '=', templateId)
          .executeTakeFirstOrThrow()
        const version = latest + 1
        await insertVersion(tx, { template_id: templateId, version, created_by: staffId }, settings)
        await audit.append(tx, 'settings_version_created', { templateId, version, staffId })
        return version
      }),
    assign: ({ scope, scopeId, templateId }, staffId) =>
      withTransaction(db, async (tx) => {
        await tx
          .insertInto('device_settings_assignments')
          .values({ scope, scope_id: scopeId, template_id: templateId })
          .onConflict((on) => on.columns(['scope', 'scope_id']).doUpdateSet({ template_id: templateId }))
          .execute()
        await audit.append(tx, 'settings_assigned', { scope, scopeId, templateId, staffId })
      }),
    unassign: ({ scope, scopeId }, staffId) =>
      withTransaction(db, async (tx) => {
        const { numDeletedRows } = await tx
          .deleteFrom('device_settings_assignments')
          .where('scope', '=', scope)
          .where('scope_id', '=', scopeId)
          .executeTakeFirst()
        if (numDeletedRows !== 1n) throw new Failure('not_found')
        await audit.append(tx, 'settings_unassigned', { scope, scopeId, staffId })
      }),
  }
}
