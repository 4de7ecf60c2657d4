import { ROLLOUT_STAGES_PERCENT, type SettingsTemplate } from '@paume/contract'
import { useState } from 'react'
import { useApi } from '../frame/index.ts'
import { ConfirmDialog, SelectField, TextField, useToast } from '../parts/index.ts'
import { useDeviceTexts } from './texts.ts'

interface Props {
  template: SettingsTemplate
  onClose(): void
  onDone(): void
}

/** Brings a version out: which, to how many at a time, and how long each stage is watched. */
export function RolloutDialog({ template, onClose, onDone }: Props) {
  const { t } = useDeviceTexts()
  const api = useApi()
  const say = useToast()
  const versions = template.versions.filter(({ version }) => version !== template.currentVersion)
  const [version, setVersion] = useState(String(versions[0]?.version ?? template.latestVersion))
  const [stages, setStages] = useState(ROLLOUT_STAGES_PERCENT.join(', '))
  const [minutes, setMinutes] = useState('30')
  return (
    <ConfirmDialog
      title={t('roll_out')}
      action={t('roll_out')}
      onConfirm={async () => {
        const stagesPercent = stages
          .split(/[,\s]+/)
          .filter(Boolean)
          .map(Number)
        const wish = { templateId: template.id, version: Number(version), stageMinutes: Number(minutes), stagesPercent }
        await api.devices.startRollout(wish)
        say(t('started'))
        onDone()
      }}
      onClose={onClose}
    >
      <p>{t('roll_out_line')}</p>
      <SelectField
        label={t('versions')}
        value={version}
        options={versions.map((each) => ({
          value: String(each.version),
          label: t('version_number', { version: each.version }),
        }))}
        onChange={setVersion}
      />
      <TextField label={t('stages')} hint={t('stages_hint')} value={stages} onChange={setStages} required />
      <TextField
        label={t('stage_minutes')}
        type="number"
        min={1}
        max={1440}
        value={minutes}
        onChange={setMinutes}
        required
      />
    </ConfirmDialog>
  )
}
