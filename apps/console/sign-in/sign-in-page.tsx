import { useState } from 'react'
import { go, useApi, useSession } from '../frame/index.ts'
import { Button, Note, PageHead, Panel, TextField, useSubmit } from '../parts/index.ts'
import { knowsPasskeys, namedAddress, showPasskey } from './passkey.ts'
import { useSignInTexts } from './texts.ts'
import { Trouble } from './trouble.tsx'
import './sign-in.css'

/** Signing in to the console: by passkey, by a recovery code, or on a sandbox by a click. */
export function SignInPage() {
  const { t } = useSignInTexts()
  const [byCode, setByCode] = useState(false)
  return (
    <div className="sign-in stack-l">
      <PageHead title={t('title')} line={byCode ? undefined : t('line')} />
      <Obstacles />
      {byCode ? <ByCode /> : <ByPasskey />}
      <div>
        <Button look="quiet" onClick={() => setByCode(!byCode)}>
          {t(byCode ? 'use_passkey_instead' : 'use_code')}
        </Button>
      </div>
      <details>
        <summary>{t('lost_title')}</summary>
        <p className="soft">{t('lost_line')}</p>
      </details>
      {isSandbox() && <Sandbox />}
    </div>
  )
}

/** Only a sandbox is opened at this machine's own name. */
const isSandbox = () => location.hostname === 'localhost' && location.protocol === 'http:'

/** Why no passkey can be used here, if none can. */
export function Obstacles() {
  const { t } = useSignInTexts()
  const named = namedAddress(location)
  if (named !== null)
    return (
      <Note tone="warn">
        <p>{t('wrong_address', { address: named })}</p>
        <a href={named}>{named}</a>
      </Note>
    )
  return knowsPasskeys() ? null : <Note tone="warn">{t('no_passkeys')}</Note>
}

function ByPasskey() {
  const { t } = useSignInTexts()
  const { staff } = useApi()
  const { enter } = useSession()
  const { submit, busy, error } = useSubmit(async () => {
    const ceremony = await staff.beginSignIn()
    enter(await staff.signIn({ ceremonyId: ceremony.ceremonyId, response: await showPasskey(ceremony) }))
  })
  return (
    <form className="stack" onSubmit={submit}>
      <Button type="submit" look="main" icon="lock" className="button-large" busy={busy} disabled={!knowsPasskeys()}>
        {t('use_passkey')}
      </Button>
      <Trouble error={error} />
    </form>
  )
}

function ByCode() {
  const { t } = useSignInTexts()
  const { staff } = useApi()
  const { enter } = useSession()
  const [code, setCode] = useState('')
  const { submit, busy, error } = useSubmit(async () => enter(await staff.signInByRecoveryCode(code)))
  return (
    <form className="stack" onSubmit={submit}>
      <TextField
        label={t('code')}
        hint={t('code_hint')}
        value={code}
        onChange={setCode}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        placeholder="XXXX-XXXX-XXXX-XXXX"
        minLength={8}
        maxLength={60}
        required
      />
      <Button type="submit" look="main" busy={busy}>
        {t('code_go')}
      </Button>
      <Trouble error={error} />
    </form>
  )
}

function Sandbox() {
  const { t } = useSignInTexts()
  const { staff } = useApi()
  const { enter } = useSession()
  const [who, setWho] = useState<'operator' | 'owner'>('operator')
  const { submit, busy, error } = useSubmit(async () => enter(await staff.enterSandbox(who)))
  const invitation = useSubmit(async () => {
    const { hash, pathname } = new URL((await staff.sandboxInvitation('operator')).link)
    go(pathname + hash)
  })
  return (
    <Panel title={t('sandbox_title')}>
      <form className="stack" onSubmit={submit}>
        <p className="soft">{t('sandbox_line')}</p>
        <div className="row">
          {(['operator', 'owner'] as const).map((each) => (
            <Button key={each} type="submit" busy={busy && who === each} onClick={() => setWho(each)}>
              {t(`enter_${each}`)}
            </Button>
          ))}
        </div>
        <div>
          <Button look="quiet" busy={invitation.busy} onClick={() => invitation.submit()}>
            {t('set_up_operator')}
          </Button>
        </div>
        <Trouble error={error ?? invitation.error} />
      </form>
    </Panel>
  )
}
