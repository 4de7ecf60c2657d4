import type { Passkey } from '@paume/contract'
import { useState } from 'react'
import { useApi, useFormat, useLoad } from '../frame/index.ts'
import { Button, Dialog, IconButton, Loaded, Panel, TextField, useSubmit, useToast } from '../parts/index.ts'
import { deviceName, knowsPasskeys, makePasskey } from './passkey.ts'
import { useShowAgain } from './show-again.tsx'
import { useSignInTexts } from './texts.ts'
import { Trouble } from './trouble.tsx'

type Open = { kind: 'none' } | { kind: 'add' } | { kind: 'rename' | 'remove'; passkey: Passkey }

/** One's passkeys: added, renamed, removed. */
export function MyPasskeys() {
  const { t } = useSignInTexts()
  const { staff } = useApi()
  const { relative } = useFormat()
  const [open, setOpen] = useState<Open>({ kind: 'none' })
  const load = useLoad('my passkeys', (signal) => staff.passkeys({ signal }))
  const close = (changed: boolean) => {
    setOpen({ kind: 'none' })
    if (changed) load.reload()
  }
  return (
    <Panel title={t('passkeys')}>
      <p className="soft">{t('passkeys_line')}</p>
      <Loaded load={load}>
        {(passkeys) => (
          <ul className="key-rows">
            {passkeys.map((passkey) => (
              <li key={passkey.id}>
                <div className="stack-s">
                  <span className="strong">{passkey.name}</span>
                  <span className="soft small">
                    {t('passkey_made', { when: relative(passkey.createdAt) })};{' '}
                    {passkey.lastUsedAt === null
                      ? t('passkey_never')
                      : t('passkey_used', { when: relative(passkey.lastUsedAt) })}
                  </span>
                  {passkey.synced && <span className="soft small">{t('passkey_synced')}</span>}
                </div>
                <span className="row">
                  <IconButton
                    icon="pencil"
                    label={`${t('passkey_rename')}: ${passkey.name}`}
                    onClick={() => setOpen({ kind: 'rename', passkey })}
                  />
                  <IconButton
                    icon="cross"
                    label={`${t('passkey_remove')}: ${passkey.name}`}
                    onClick={() => setOpen({ kind: 'remove', passkey })}
                  />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <div>
        <Button icon="plus" disabled={!knowsPasskeys()} onClick={() => setOpen({ kind: 'add' })}>
          {t('passkey_add')}
        </Button>
      </div>
      {open.kind === 'add' && <AddPasskey onClose={close} />}
      {open.kind === 'rename' && <RenamePasskey passkey={open.passkey} onClose={close} />}
      {open.kind === 'remove' && <RemovePasskey passkey={open.passkey} onClose={close} />}
    </Panel>
  )
}

type Closing = { onClose(changed: boolean): void }

function AddPasskey({ onClose }: Closing) {
  const { t } = useSignInTexts()
  const { staff } = useApi()
  const again = useShowAgain()
  const say = useToast()
  const [name, setName] = useState(() => deviceName(navigator.userAgent))
  const { submit, busy, error, errors } = useSubmit(async () => {
    const ceremony = await again(() => staff.beginPasskey())
    const { ceremonyId } = ceremony
    await staff.addPasskey({ ceremonyId, response: await makePasskey(ceremony), name: name.trim() })
    say(t('passkey_added'))
    onClose(true)
  })
  return (
    <Dialog title={t('passkey_add')} onClose={() => onClose(false)}>
      <form className="stack" onSubmit={submit}>
        <TextField
          label={t('passkey_name')}
          hint={t('passkey_name_hint')}
          value={name}
          onChange={setName}
          error={errors.name}
          maxLength={40}
          required
        />
        <Trouble error={error} />
        <div>
          <Button type="submit" look="main" busy={busy}>
            {t('make_passkey')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function RenamePasskey({ passkey, onClose }: Closing & { passkey: Passkey }) {
  const { t } = useSignInTexts()
  const { staff } = useApi()
  const [name, setName] = useState(passkey.name)
  const { submit, busy, error, errors } = useSubmit(async () => {
    await staff.renamePasskey(passkey.id, name.trim())
    onClose(true)
  })
  return (
    <Dialog title={t('passkey_rename_title')} onClose={() => onClose(false)}>
      <form className="stack" onSubmit={submit}>
        <TextField
          label={t('passkey_name')}
          value={name}
          onChange={setName}
          error={errors.name}
          maxLength={40}
          required
        />
        <Trouble error={error} />
        <div>
          <Button type="submit" look="main" busy={busy}>
            {t('passkey_rename')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function RemovePasskey({ passkey, onClose }: Closing & { passkey: Passkey }) {
  const { t } = useSignInTexts()
  const { staff } = useApi()
  const again = useShowAgain()
  const say = useToast()
  const { submit, busy, error } = useSubmit(async () => {
    await again(() => staff.removePasskey(passkey.id))
    say(t('passkey_removed'))
    onClose(true)
  })
  return (
    <Dialog title={t('passkey_remove_title', { name: passkey.name })} onClose={() => onClose(false)}>
      <form className="stack" onSubmit={submit}>
        <p>{t('passkey_remove_line')}</p>
        <Trouble error={error} />
        <div>
          <Button type="submit" look="bad" busy={busy}>
            {t('passkey_remove')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
