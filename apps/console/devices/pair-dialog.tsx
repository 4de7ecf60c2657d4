import { DEVICE_KINDS, type DeviceKind } from '@paume/contract'
import { useId, useState } from 'react'
import { useApi } from '../frame/index.ts'
import { Button, Dialog, Failed, SelectField, TextField, useSubmit, useToast } from '../parts/index.ts'
import { CodeShown } from './code-shown.tsx'
import { useDeviceTexts } from './texts.ts'
import { useShopChoice } from './use-shop-choice.tsx'

/** A device that is to come (`device`), or one that shows a code already (`code`). */
export function PairDialog(props: { what: 'device' | 'code'; onClose(): void; onDone(): void }) {
  return props.what === 'device' ? <NewDevice {...props} /> : <ApproveCode {...props} />
}

type Props = { onClose(): void; onDone(): void }

function ApproveCode({ onClose, onDone }: Props) {
  const { t } = useDeviceTexts()
  const api = useApi()
  const say = useToast()
  const form = useId()
  const [code, setCode] = useState('')
  const [name, setName] = useState('')
  const shop = useShopChoice()
  const { submit, busy, error, errors } = useSubmit(async () => {
    await api.devices.approve({ code: code.trim().toUpperCase(), name: name.trim(), shopId: shop.value })
    say(t('approved'))
    onDone()
    onClose()
  })
  return (
    <Dialog
      title={t('pair_title')}
      onClose={onClose}
      foot={
        <Button type="submit" form={form} look="main" busy={busy}>
          {t('approve')}
        </Button>
      }
    >
      <form id={form} className="stack" onSubmit={submit}>
        <p>{t('pair_line')}</p>
        <TextField
          label={t('code_field')}
          value={code}
          onChange={setCode}
          error={errors.code}
          placeholder="XXXX-XXXX"
          maxLength={9}
          autoComplete="off"
          required
        />
        <TextField
          label={t('device_name')}
          hint={t('name_hint')}
          value={name}
          onChange={setName}
          error={errors.name}
          maxLength={60}
          required
        />
        {shop.field(errors.shopId)}
        {error !== null && <Failed error={error} small />}
      </form>
    </Dialog>
  )
}

function NewDevice({ onClose, onDone }: Props) {
  const { t } = useDeviceTexts()
  const api = useApi()
  const form = useId()
  const [kind, setKind] = useState<DeviceKind>('terminal')
  const [name, setName] = useState('')
  const shop = useShopChoice()
  const [made, setMade] = useState<{ pairingCode: string; expiresAt: string } | null>(null)
  const { submit, busy, error, errors } = useSubmit(async () => {
    setMade(await api.devices.create({ kind, name: name.trim(), shopId: shop.value }))
    onDone()
  })
  if (made !== null)
    return (
      <Dialog title={t('code_is')} onClose={onClose}>
        <CodeShown {...made} kind={kind} />
      </Dialog>
    )
  return (
    <Dialog
      title={t('new_device')}
      onClose={onClose}
      foot={
        <Button type="submit" form={form} look="main" busy={busy}>
          {t('create')}
        </Button>
      }
    >
      <form id={form} className="stack" onSubmit={submit}>
        <p>{t('create_line')}</p>
        <SelectField<DeviceKind>
          label={t('kind')}
          value={kind}
          options={DEVICE_KINDS.map((value) => ({ value, label: t(`kind_${value}`) }))}
          onChange={setKind}
        />
        <TextField
          label={t('device_name')}
          hint={t('name_hint')}
          value={name}
          onChange={setName}
          error={errors.name}
          maxLength={60}
          required
        />
        {shop.field(errors.shopId)}
        {error !== null && <Failed error={error} small />}
      </form>
    </Dialog>
  )
}
