import { CONSOLE_LANGUAGES, type ConsoleLanguage, type StaffSession } from '@paume/contract'
import { useState } from 'react'
import { usePreference } from '../../design/preferences.ts'
import { consoleLanguage, LANGUAGE_NAMES, useApi, useFormat, useLoad, useSelf, useSession } from '../frame/index.ts'
import {
  Button,
  ConfirmDialog,
  Dialog,
  Facts,
  Failed,
  Loaded,
  Note,
  PageHead,
  Panel,
  SelectField,
  StatePill,
  TextField,
  useSubmit,
  useToast,
} from '../parts/index.ts'
import { MyPasskeys } from './my-passkeys.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'
import { useShowAgain } from './show-again.tsx'
import { useSignInTexts } from './texts.ts'
import { Trouble } from './trouble.tsx'
import './sign-in.css'

/** One's own account. */
export function AccountPage() {
  const { t } = useSignInTexts()
  return (
    <>
      <PageHead title={t('account_title')} line={t('account_line')} />
      <div className="panels">
        <AboutMe />
        <MyRights />
        <MyPasskeys />
        <MyCodes />
        <MySessions />
      </div>
    </>
  )
}

function AboutMe() {
  const { t } = useSignInTexts()
  const { staff } = useApi()
  const self = useSelf()
  const { enter } = useSession()
  const say = useToast()
  const shown = usePreference(consoleLanguage)
  const [name, setName] = useState(self.name)
  const { submit, busy, error, errors } = useSubmit(async () => {
    enter(await staff.change({ name: name.trim(), language: shown }))
    say(t('name_saved'))
  })
  return (
    <Panel title={t('about_me')}>
      <form className="stack" onSubmit={submit}>
        <TextField label={t('your_name')} value={name} onChange={setName} error={errors.name} maxLength={80} required />
        <SelectField<ConsoleLanguage>
          label={t('language')}
          value={shown}
          options={CONSOLE_LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
          onChange={(value) => consoleLanguage.set(value)}
        />
        <div>
          <Button type="submit" look="main" busy={busy}>
            {t('save')}
          </Button>
        </div>
        {error !== null && <Failed error={error} small />}
      </form>
    </Panel>
  )
}

function MyRights() {
  const { t } = useSignInTexts()
  const { list } = useFormat()
  const { roles, organisation, shops } = useSelf()
  return (
    <Panel title={t('rights')}>
      <Facts
        rows={[
          [t('join_roles'), list(roles.map((role) => t(`role_${role}`)))],
          [t('organisation'), organisation?.name ?? t('join_installation')],
          [
            t('join_shops'),
            organisation === null ? null : shops === null ? t('all_shops') : list(shops.map(({ name }) => name)),
          ],
        ]}
      />
      <p className="soft small">{t('rights_who')}</p>
    </Panel>
  )
}

function MyCodes() {
  const { t } = useSignInTexts()
  const { staff } = useApi()
  const self = useSelf()
  const { enter } = useSession()
  const again = useShowAgain()
  const [asking, setAsking] = useState(false)
  const [codes, setCodes] = useState<string[] | null>(null)
  const { submit, busy, error, clear } = useSubmit(async () => setCodes(await again(() => staff.newRecoveryCodes())))
  const close = async () => {
    setCodes(null)
    setAsking(false)
    clear()
    enter(await staff.me())
  }
  const { recoveryCodesLeft: count } = self
  return (
    <Panel title={t('codes')}>
      {count === 0 ? <Note tone="warn">{t('codes_none')}</Note> : <p>{t('codes_left', { count })}</p>}
      <div>
        <Button onClick={() => setAsking(true)}>{t('codes_new')}</Button>
      </div>
      {asking && codes === null && (
        <Dialog title={t('codes_new_title')} onClose={() => setAsking(false)}>
          <form className="stack" onSubmit={submit}>
            <p>{t('codes_new_line')}</p>
            <Trouble error={error} />
            <div>
              <Button type="submit" look="main" busy={busy}>
                {t('codes_new')}
              </Button>
            </div>
          </form>
        </Dialog>
      )}
      {codes !== null && (
        <Dialog title={t('codes_title')} onClose={close}>
          <RecoveryCodes codes={codes} name={self.name} onDone={close} />
        </Dialog>
      )}
    </Panel>
  )
}

function MySessions() {
  const { t } = useSignInTexts()
  const { staff } = useApi()
  const { signOut } = useSession()
  const { relative } = useFormat()
  const say = useToast()
  const load = useLoad('my sessions', (signal) => staff.sessions({ signal }))
  const [ending, setEnding] = useState<StaffSession | null>(null)
  return (
    <Panel title={t('sessions')}>
      <Loaded load={load}>
        {(sessions) => (
          <ul className="key-rows">
            {sessions.map((session) => (
              <li key={session.id}>
                <div className="stack-s">
                  <span className="row">
                    <span className="strong">{browserName(session.browser)}</span>
                    {session.current && <StatePill tone="good">{t('session_current')}</StatePill>}
                  </span>
                  <span className="soft small">
                    {t('session_began', { when: relative(session.startedAt) })}, {t(`via_${session.via}`)};{' '}
                    {t('session_seen', { when: relative(session.lastSeenAt) })}
                  </span>
                </div>
                <Button onClick={() => (session.current ? signOut() : setEnding(session))}>{t('session_end')}</Button>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {ending !== null && (
        <ConfirmDialog
          title={t('session_end')}
          action={t('session_end')}
          onClose={() => setEnding(null)}
          onConfirm={async () => {
            await staff.endSession(ending.id)
            say(t('session_ended'))
            load.reload()
          }}
        >
          <p>{browserName(ending.browser)}</p>
        </ConfirmDialog>
      )}
    </Panel>
  )
}

/** A word or two of what a browser says about itself. */
export function browserName(agent: string): string {
  const browser = /Edg\//.test(agent)
    ? 'Edge'
    : /Firefox\//.test(agent)
      ? 'Firefox'
      : /Chrome\//.test(agent)
        ? 'Chrome'
        : /Safari\//.test(agent)
          ? 'Safari'
          : agent.slice(0, 30)
  const system = /(iPhone|iPad|Android|Windows|Mac OS X|CrOS|Linux)/.exec(agent)?.[1]
  return system === undefined ? browser : `${browser}, ${system.replace(' OS X', '')}`
}
