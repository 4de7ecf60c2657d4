import type { SettingsPatch, SettingsTemplate } from '@paume/contract'
import { useId, useState } from 'react'
import { go, useApi, useSelf } from '../frame/index.ts'
import { Button, Dialog, Failed, TextField, useSubmit, useToast } from '../parts/index.ts'
import { SettingsForm } from './settings-form.tsx'
import { useDeviceTexts } from './texts.ts'

interface Props {
  /** Null: a new one. Else another version of it. */
  template: SettingsTemplate | null
  onClose(): void
  onDone?(): void
}

/** What a template says: the first version of a new one, or the next of one that is there. */
export function TemplateDialog({ template, onClose, onDone }: Props) {
  const { t } = useDeviceTexts()
  const api = useApi()
  const say = useToast()
  const form = useId()
  const { organisation } = useSelf()
  const operator = organisation === null
  const [name, setName] = useState('')
  const [organisationId, setOrganisationId] = useState('')
  const [patch, setPatch] = useState<SettingsPatch>(template?.versions[0]?.settings ?? {})
  const { submit, busy, error, errors } = useSubmit(async () => {
    if (template === null) {
      const whose = operator ? { organisationId: organisationId.trim() } : {}
      const made = await api.devices.createTemplate({ name: name.trim(), settings: patch, ...whose })
      say(t('created_said'))
      go(`/console/device-settings/${made.id}`)
      return
    }
    const { latestVersion } = await api.devices.addVersion(template.id, patch)
    say(t('saved', { version: latestVersion }))
    onDone?.()
    onClose()
  })
  return (
    <Dialog
      title={template === null ? t('new_template') : t('edit')}
      onClose={onClose}
      wide
      foot={
        <Button type="submit" form={form} look="main" busy={busy}>
          {t(template === null ? 'create' : 'edit')}
        </Button>
      }
    >
      <form id={form} className="stack" onSubmit={submit}>
        <p>{t('edit_line')}</p>
        {template === null && (
          <TextField
            label={t('template')}
            value={name}
            onChange={setName}
            error={errors.name}
            maxLength={60}
            required
          />
        )}
        {template === null && operator && (
          <TextField
            label={`${t('organisation')} (${t('identifier')})`}
            value={organisationId}
            onChange={setOrganisationId}
            error={errors.organisationId}
            required
          />
        )}
        <p className="strong">{t('says')}</p>
        <SettingsForm patch={patch} onChange={setPatch} errors={errors} />
        {error !== null && <Failed error={error} small />}
      </form>
    </Dialog>
  )
}
