import type { DeviceDetails } from '@paume/contract'
import { useState } from 'react'
import { useApi, useFormat, useSelf } from '../frame/index.ts'
import {
  AreaField,
  Button,
  ConfirmDialog,
  Dialog,
  Failed,
  Note,
  TextField,
  useSubmit,
  useToast,
} from '../parts/index.ts'
import { CodeShown } from './code-shown.tsx'
import { useDeviceTexts } from './texts.ts'
import { useShopChoice } from './use-shop-choice.tsx'

type Action = 'restart' | 'rename' | 'move' | 'code' | 'lost' | 'revoke'
type Props = { device: DeviceDetails; onDone(): void }

/** What this person may do with the device; everything asks first. */
export function DeviceActions({ device, onDone }: Props) {
  const { t } = useDeviceTexts()
  const { may } = useSelf()
  const [open, setOpen] = useState<Action | null>(null)
  const revoked = device.state === 'revoked'
  const close = () => setOpen(null)
  const props = { device, onClose: close, onDone }
  return (
    <>
      {may('devices.write') && !revoked && (
        <>
          {device.state === 'paired' && <Button onClick={() => setOpen('restart')}>{t('restart')}</Button>}
          <Button onClick={() => setOpen('rename')}>{t('rename')}</Button>
          <Button onClick={() => setOpen('move')}>{t('move')}</Button>
        </>
      )}
      {may('devices.pair') && !revoked && (
        <Button icon="pair" onClick={() => setOpen('code')}>
          {t('new_code')}
        </Button>
      )}
      {may('devices.revoke') && !device.lost && <Button onClick={() => setOpen('lost')}>{t('lost')}</Button>}
      {may('devices.revoke') && !revoked && (
        <Button look="bad" onClick={() => setOpen('revoke')}>
          {t('revoke')}
        </Button>
      )}
      {open === 'restart' && <Restart {...props} />}
      {open === 'rename' && <Rename {...props} />}
      {open === 'move' && <Move {...props} />}
      {open === 'code' && <NewCode {...props} />}
      {open === 'lost' && <Lost {...props} />}
      {open === 'revoke' && <Revoke {...props} />}
    </>
  )
}

type DialogProps = Props & { onClose(): void }

function useDone({ onDone }: Props) {
  const say = useToast()
  return (line: string) => {
    say(line)
    onDone()
  }
}

function Restart(props: DialogProps) {
  const { t } = useDeviceTexts()
  const api = useApi()
  const done = useDone(props)
  return (
    <ConfirmDialog
      title={t('restart')}
      action={t('restart')}
      onConfirm={async () => {
        await api.devices.restart(props.device.id)
        done(t('restart_asked'))
      }}
      onClose={props.onClose}
    >
      <p>{t('restart_line')}</p>
    </ConfirmDialog>
  )
}

function Revoke(props: DialogProps) {
  const { t } = useDeviceTexts()
  const api = useApi()
  const done = useDone(props)
  return (
    <ConfirmDialog
      title={t('revoke')}
      action={t('revoke')}
      danger
      onConfirm={async () => {
        await api.devices.revoke(props.device.id)
        done(t('revoked_said'))
      }}
      onClose={props.onClose}
    >
      <p>{t('revoke_line')}</p>
    </ConfirmDialog>
  )
}

function Lost(props: DialogProps) {
  const { t } = useDeviceTexts()
  const api = useApi()
  const done = useDone(props)
  const [note, setNote] = useState('')
  return (
    <ConfirmDialog
      title={t('lost')}
      action={t('lost')}
      danger
      onConfirm={async () => {
        await api.devices.lost(props.device.id, note.trim())
        done(t('lost_said'))
      }}
      onClose={props.onClose}
    >
      <p>{t('lost_line')}</p>
      <AreaField label={t('lost_note')} value={note} onChange={setNote} rows={2} maxLength={200} optional />
    </ConfirmDialog>
  )
}

function Rename(props: DialogProps) {
  const { t } = useDeviceTexts()
  const api = useApi()
  const done = useDone(props)
  const [name, setName] = useState(props.device.name)
  return (
    <ConfirmDialog
      title={t('rename')}
      action={t('rename')}
      onConfirm={async () => {
        await api.devices.rename(props.device.id, name.trim())
        done(t('renamed'))
      }}
      onClose={props.onClose}
    >
      <TextField
        label={t('device_name')}
        hint={t('name_hint')}
        value={name}
        onChange={setName}
        maxLength={60}
        required
      />
    </ConfirmDialog>
  )
}

function Move(props: DialogProps) {
  const { t } = useDeviceTexts()
  const api = useApi()
  const done = useDone(props)
  const shop = useShopChoice(t('move_to'))
  return (
    <ConfirmDialog
      title={t('move')}
      action={t('move')}
      onConfirm={async () => {
        await api.devices.move(props.device.id, shop.value)
        done(t('moved'))
      }}
      onClose={props.onClose}
    >
      <p>{t('move_line')}</p>
      {shop.field()}
    </ConfirmDialog>
  )
}

function NewCode(props: DialogProps) {
  const { device, onClose } = props
  const { t } = useDeviceTexts()
  const { dateTime } = useFormat()
  const api = useApi()
  const done = useDone(props)
  const [made, setMade] = useState<{ pairingCode: string; expiresAt: string } | null>(null)
  const make = (kind: 'now' | 'sheet') => async () => {
    setMade(await api.devices.code(device.id, kind))
    props.onDone()
  }
  const now = useSubmit(make('now'))
  const sheet = useSubmit(make('sheet'))
  const withdraw = useSubmit(async () => {
    await api.devices.withdrawCodes(device.id)
    done(t('withdrawn'))
    onClose()
  })
  const failed = now.error ?? sheet.error ?? withdraw.error
  if (made !== null)
    return (
      <Dialog title={t('code_is')} onClose={onClose}>
        <CodeShown {...made} kind={device.kind} />
      </Dialog>
    )
  return (
    <Dialog title={t('new_code')} onClose={onClose}>
      <div className="stack">
        <p>{t('code_line')}</p>
        {device.codeUntil && (
          <Note>
            <p>{t('code_waits', { time: dateTime(device.codeUntil) })}</p>
            <Button look="quiet" busy={withdraw.busy} onClick={() => void withdraw.submit()}>
              {t('withdraw')}
            </Button>
          </Note>
        )}
        <div className="row">
          <Button look="main" busy={now.busy} onClick={() => void now.submit()}>
            {t('code_now')}
          </Button>
          <Button busy={sheet.busy} onClick={() => void sheet.submit()}>
            {t('code_sheet')}
          </Button>
        </div>
        {failed !== null && <Failed error={failed} small />}
      </div>
    </Dialog>
  )
}
