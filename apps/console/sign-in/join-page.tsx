import { CONSOLE_LANGUAGES, type ConsoleLanguage, type InvitationAccepted, type InvitationSeen } from '@paume/contract'
import { useState } from 'react'
import { usePreference } from '../../design/preferences.ts'
import { consoleLanguage, go, LANGUAGE_NAMES, useApi, useFormat, useLoad, useSession } from '../frame/index.ts'
import { Button, Facts, Loaded, Note, PageHead, SelectField, TextField, useSubmit } from '../parts/index.ts'
import { deviceName, knowsPasskeys, makePasskey } from './passkey.ts'
import { RecoveryCodes } from './recovery-codes.tsx'
import { Obstacles } from './sign-in-page.tsx'
import { useSignInTexts } from './texts.ts'
import { Trouble } from './trouble.tsx'
import './sign-in.css'

/** First set-up by a link: who invites to what, then name and passkey, then the recovery codes. */
export function JoinPage() {
  const { t } = useSignInTexts()
  const [token] = useState(() => location.hash.slice(1))
  const [joined, setJoined] = useState<InvitationAccepted | null>(null)
  if (token === '')
    return (
      <div className="sign-in stack-l">
        <PageHead title={t('join_title')} />
        <Note tone="warn">{t('join_none')}</Note>
      </div>
    )
  return (
    <div className="sign-in stack-l">
      {joined === null ? <Invited token={token} onJoined={setJoined} /> : <Joined joined={joined} />}
    </div>
  )
}

function Joined({ joined: { self, codes } }: { joined: InvitationAccepted }) {
  const { t } = useSignInTexts()
  const { enter } = useSession()
  const done = () => {
    enter(self)
    go('/console', { replace: true })
  }
  return (
    <>
      <PageHead title={t('codes_title')} />
      <RecoveryCodes codes={codes} name={self.name} onDone={done} />
    </>
  )
}

function Invited({ token, onJoined }: { token: string; onJoined(joined: InvitationAccepted): void }) {
  const { t } = useSignInTexts()
  const { staff } = useApi()
  const seen = useLoad('invitation', () => staff.invitation(token))
  return (
    <>
      <PageHead title={t('join_title')} />
      <Obstacles />
      <Loaded load={seen}>
        {(invitation) => (
          <>
            <What invitation={invitation} />
            <SetUp token={token} invitation={invitation} onJoined={onJoined} />
          </>
        )}
      </Loaded>
    </>
  )
}

function What({ invitation }: { invitation: InvitationSeen }) {
  const { t } = useSignInTexts()
  const { dateTime, list } = useFormat()
  const { invitedBy: by, organisation, roles, shops, renewal, expiresAt } = invitation
  const where = organisation?.name ?? t('join_installation')
  return (
    <div className="stack">
      <p>{renewal ? t('join_renewal', { by }) : t('join_line', { by, where })}</p>
      <Facts
        rows={[
          [t('join_roles'), list(roles.map((role) => t(`role_${role}`)))],
          [
            t('join_shops'),
            organisation === null ? null : shops === null ? t('all_shops') : list(shops.map(({ name }) => name)),
          ],
        ]}
      />
      <p className="soft small">{t('join_until', { when: dateTime(expiresAt) })}</p>
    </div>
  )
}

interface SetUpProps {
  token: string
  invitation: InvitationSeen
  onJoined(joined: InvitationAccepted): void
}

function SetUp({ token, invitation, onJoined }: SetUpProps) {
  const { t } = useSignInTexts()
  const { staff } = useApi()
  const language = usePreference(consoleLanguage)
  const [name, setName] = useState(invitation.name)
  const [passkeyName, setPasskeyName] = useState(() => deviceName(navigator.userAgent))
  const { submit, busy, error, errors } = useSubmit(async () => {
    const ceremony = await staff.beginAcceptance(token)
    const response = await makePasskey(ceremony)
    const { ceremonyId } = ceremony
    onJoined(
      await staff.accept({ token, ceremonyId, response, name: name.trim(), language, passkeyName: passkeyName.trim() }),
    )
  })
  return (
    <form className="stack" onSubmit={submit}>
      <TextField
        label={t('your_name')}
        value={name}
        onChange={setName}
        error={errors.name}
        maxLength={80}
        autoComplete="name"
        required
      />
      <SelectField<ConsoleLanguage>
        label={t('language')}
        value={language}
        options={CONSOLE_LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
        onChange={(value) => consoleLanguage.set(value)}
      />
      <TextField
        label={t('passkey_name')}
        hint={t('passkey_name_hint')}
        value={passkeyName}
        onChange={setPasskeyName}
        error={errors.passkeyName}
        maxLength={40}
        required
      />
      <Note>{t('passkey_explained')}</Note>
      <Button type="submit" look="main" icon="lock" className="button-large" busy={busy} disabled={!knowsPasskeys()}>
        {t('make_passkey')}
      </Button>
      <Trouble error={error} />
    </form>
  )
}
