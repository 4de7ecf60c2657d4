import { SETTING_NAMES, type SettingsRollout, type SettingsTemplate } from '@paume/contract'
import { useState } from 'react'
import { type PageProps, useApi, useFormat, useLoad, useSelf } from '../frame/index.ts'
import { Button, EmptyState, Loaded, PageHead, Panel, RowsTable, StatePill } from '../parts/index.ts'
import { AssignDialog, AssignmentRow } from './assignments.tsx'
import { RolloutDialog } from './rollout-dialog.tsx'
import { RolloutCard } from './rollout-parts.tsx'
import { useSettingWords } from './setting-words.tsx'
import { TemplateDialog } from './template-dialog.tsx'
import { useDeviceTexts } from './texts.ts'

const LIVE = { live: ['device'] as const, everyMs: 15_000 }

/** One template: what its versions say, where it holds, and how they are brought out. */
export function TemplatePage({ params }: PageProps) {
  const { t } = useDeviceTexts()
  const { may } = useSelf()
  const api = useApi()
  const id = params.templateId!
  const template = useLoad(`template ${id}`, (signal) => api.devices.template(id, { signal }), LIVE)
  const rollouts = useLoad(
    `rollouts of ${id}`,
    (signal) => api.devices.rollouts({ templateId: id, limit: 10 }, { signal }),
    LIVE,
  )
  const [open, setOpen] = useState<'edit' | 'assign' | 'roll_out' | null>(null)
  const shown = template.data
  const reload = () => {
    template.reload()
    rollouts.reload()
  }
  return (
    <>
      <PageHead
        title={shown?.name ?? t('template')}
        trail={[
          { to: '/console/devices', title: t('title') },
          { to: '/console/device-settings', title: t('settings_title') },
        ]}
        line={shown?.organisation.name}
        actions={
          shown &&
          may('devices.write') && (
            <>
              <Button icon="pencil" onClick={() => setOpen('edit')}>
                {t('edit')}
              </Button>
              <Button onClick={() => setOpen('assign')}>{t('assign')}</Button>
              {shown.rolloutId === null && shown.currentVersion !== shown.latestVersion && (
                <Button look="main" icon="rollout" onClick={() => setOpen('roll_out')}>
                  {t('roll_out')}
                </Button>
              )}
            </>
          )
        }
      />
      <Loaded load={template} lines={8}>
        {(data) => (
          <div className="stack-l">
            <div className="panels">
              <HoldsFor template={data} onDone={reload} />
              <Panel title={t('tab_rollouts')}>
                <Loaded load={rollouts} lines={3}>
                  {({ items }) => <Rollouts rollouts={items} onDone={reload} />}
                </Loaded>
              </Panel>
            </div>
            <Versions template={data} />
          </div>
        )}
      </Loaded>
      {open === 'edit' && <TemplateDialog template={shown} onClose={() => setOpen(null)} onDone={reload} />}
      {open === 'assign' && shown && <AssignDialog template={shown} onClose={() => setOpen(null)} onDone={reload} />}
      {open === 'roll_out' && shown && <RolloutDialog template={shown} onClose={() => setOpen(null)} onDone={reload} />}
    </>
  )
}

type Props = { template: SettingsTemplate; onDone(): void }

function HoldsFor({ template, onDone }: Props) {
  const { t } = useDeviceTexts()
  return (
    <Panel title={t('holds_for')}>
      {template.assignments.length === 0 ? (
        <p className="soft">{t('holds_nowhere')}</p>
      ) : (
        <ul className="stack assignment-list">
          {template.assignments.map((assignment) => (
            <AssignmentRow
              key={`${assignment.scope} ${assignment.scopeId}`}
              templateId={template.id}
              {...assignment}
              onDone={onDone}
            />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Rollouts({ rollouts, onDone }: { rollouts: readonly SettingsRollout[]; onDone(): void }) {
  const { t } = useDeviceTexts()
  if (rollouts.length === 0) return <EmptyState title={t('rollout_empty')} icon="rollout" />
  return (
    <div className="stack-l">
      {rollouts.map((rollout) => (
        <RolloutCard key={rollout.id} rollout={rollout} onDone={onDone} />
      ))}
    </div>
  )
}

function Versions({ template }: { template: SettingsTemplate }) {
  const { t } = useDeviceTexts()
  const { dateTime } = useFormat()
  const words = useSettingWords()
  return (
    <Panel title={t('versions')}>
      <div className="stack-l">
        {template.versions.map(({ version, settings, createdAt, createdBy }) => {
          const said = SETTING_NAMES.filter((name) => settings[name] !== undefined)
          return (
            <section key={version} className="stack" aria-label={t('version_number', { version })}>
              <div className="row">
                <h3>{t('version_number', { version })}</h3>
                {version === template.currentVersion && <StatePill tone="good">{t('in_force')}</StatePill>}
                <span className="soft">
                  {createdBy === null ? dateTime(createdAt) : t('by', { time: dateTime(createdAt), who: createdBy })}
                </span>
              </div>
              {said.length === 0 ? (
                <p className="soft">{t('none')}</p>
              ) : (
                <RowsTable
                  label={t('version_number', { version })}
                  rows={said}
                  rowKey={(name) => name}
                  columns={[
                    { key: 'setting', title: t('setting'), cell: (name) => t(`set_${name}`) },
                    { key: 'value', title: t('value'), cell: (name) => words(name, settings[name]!) },
                  ]}
                />
              )}
            </section>
          )
        })}
      </div>
    </Panel>
  )
}
