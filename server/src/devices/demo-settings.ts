import type { SettingsPatch } from '@paume/contract'
import type { Tx } from '../database.ts'

const ID = 'set_01KAPAVME0000000000000S001'
/** In force; the second waits to be rolled out. */
const VERSIONS: readonly SettingsPatch[] = [
  { tipPercents: [5, 10, 15], hoverHints: true },
  { tipPercents: [5, 10, 15], hoverHints: true, brightnessPercent: 70, idleWords: { en: 'Hold your hand here' } },
]

/** A template of settings for the demo's shops, so that a sandbox has one to look at. What is there already stays as it is. */
export async function seedDemoSettings(tx: Tx, organisationId: string): Promise<void> {
  const at = new Date()
  const template = {
    id: ID,
    organisation_id: organisationId,
    name: 'Demo settings',
    current_version: 1,
    created_at: at,
  }
  const [made] = await tx
    .insertInto('device_settings_templates')
    .values(template)
    .onConflict((on) => on.column('id').doNothing())
    .execute()
  if (made?.numInsertedOrUpdatedRows !== 1n) return
  for (const [index, settings] of VERSIONS.entries()) {
    const row = { template_id: ID, version: index + 1, created_at: at, created_by: null }
    await tx
      .insertInto('device_settings_versions')
      .values({ ...row, settings: JSON.stringify(settings) })
      .execute()
  }
  await tx
    .insertInto('device_settings_assignments')
    .values({ scope: 'organisation', scope_id: organisationId, template_id: ID })
    .execute()
}
