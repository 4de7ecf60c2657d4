import { useState } from 'react'
import { useApi, useSelf, useSession } from '../frame/index.ts'
import { Button, PageHead, TextField, useSubmit } from '../parts/index.ts'
import { deviceName, knowsPasskeys, makePasskey } from './passkey.ts'
import { Obstacles } from './sign-in-page.tsx'
import { useSignInTexts } from './texts.ts'
import { Trouble } from './trouble.tsx'

/** Who came in by a recovery code makes a new passkey before anything else. */
export function PasskeyDuePage() {
  const { t } = useSignInTexts()
  const { staff } = useApi()
  const { name: self } = useSelf()
  const { enter, signOut } = useSession()
  const [name, setName] = useState(() => deviceName(navigator.userAgent))
  const { submit, busy, error, errors } = useSubmit(async () => {
    const ceremony = await staff.beginPasskey()
    const { ceremonyId } = ceremony
    await staff.addPasskey({ ceremonyId, response: await makePasskey(ceremony), name: name.trim() })
    enter(await staff.me())
  })
  return (
    <form className="sign-in stack-l" onSubmit={submit}>
      <PageHead title={t('due_title')} line={t('due_line')} />
      <p className="strong">{self}</p>
      <Obstacles />
      <TextField
        label={t('passkey_name')}
        hint={t('passkey_name_hint')}
        value={name}
        onChange={setName}
        error={errors.name}
        maxLength={40}
        required
      />
      <Button type="submit" look="main" icon="lock" className="button-large" busy={busy} disabled={!knowsPasskeys()}>
        {t('make_passkey')}
      </Button>
      <Trouble error={error} />
      <div>
        <Button look="quiet" onClick={() => signOut()}>
          {t('session_end')}
        </Button>
      </div>
    </form>
  )
}
