import { SETTINGS_SCOPES, type SettingsScope, type SettingsTemplate } from '@paume/contract'
import { useState } from 'react'
import { Link, useApi, useSelf } from '../frame/index.ts'
import { Button, ConfirmDialog, SelectField, TextField, useToast } from '../parts/index.ts'
import './devices.css'
import { useDeviceTexts } from './texts.ts'

/** Pages of what a template may hold for; organisations and brands are reached by their own. */
const PAGE_OF: Partial<Record<SettingsScope, string>> = { shop: '/console/shops/', device: '/console/devices/' }

interface RowProps {
  templateId: string
  scope: SettingsScope
  scopeId: string
  onDone(): void
}

export function AssignmentRow({ templateId, scope, scopeId, onDone }: RowProps) {
  const { t } = useDeviceTexts()
  const { may } = useSelf()
  const api = useApi()
  const say = useToast()
  const [asking, setAsking] = useState(false)
  const page = PAGE_OF[scope]
  return (
    <li className="row">
      <span>{t(`scope_${scope}`)}</span>
      {page ? (
        <Link to={`${page}${scopeId}`}>
          <code>{scopeId}</code>
        </Link>
      ) : (
        <code>{scopeId}</code>
      )}
      {may('devices.write') && (
        <Button look="quiet" onClick={() => setAsking(true)}>
          {t('unassign')}
        </Button>
      )}
      {asking && (
        <ConfirmDialog
          title={t('unassign')}
          action={t('unassign')}
          danger
          onConfirm={async () => {
            await api.devices.unassign({ templateId, scope, scopeId })
            say(t('unassigned'))
            onDone()
          }}
          onClose={() => setAsking(false)}
        >
          <p>
            {t(`scope_${scope}`)} <code>{scopeId}</code>
          </p>
        </ConfirmDialog>
      )}
    </li>
  )
}

interface DialogProps {
  template: SettingsTemplate
  onClose(): void
  onDone(): void
}

export function AssignDialog({ template, onClose, onDone }: DialogProps) {
  const { t } = useDeviceTexts()
  const api = useApi()
  const say = useToast()
  const [scope, setScope] = useState<SettingsScope>('organisation')
  const [scopeId, setScopeId] = useState(template.organisation.id)
  return (
    <ConfirmDialog
      title={t('assign')}
      action={t('assign')}
      onConfirm={async () => {
        await api.devices.assign({ templateId: template.id, scope, scopeId: scopeId.trim() })
        say(t('assigned'))
        onDone()
      }}
      onClose={onClose}
    >
      <p>{t('assign_line')}</p>
      <SelectField
        label={t('scope')}
        value={scope}
        options={SETTINGS_SCOPES.map((value) => ({ value, label: t(`scope_${value}`) }))}
        onChange={(next) => {
          setScope(next)
          setScopeId(next === 'organisation' ? template.organisation.id : '')
        }}
      />
      <TextField label={t('scope_id')} value={scopeId} onChange={setScopeId} required />
    </ConfirmDialog>
  )
}
