import type { InvitationMade, StaffPerson } from '@paume/contract'
import { useState } from 'react'
import { useApi, useFormat, useLoad, useSelf } from '../frame/index.ts'
import {
  Button,
  ConfirmDialog,
  CopyField,
  Dialog,
  Drawer,
  Facts,
  Failed,
  Loaded,
  Note,
  StatePill,
  useSubmit,
  useToast,
} from '../parts/index.ts'
import '../sign-in/sign-in.css'
import { LinkMade } from './link-made.tsx'
import { isWhole, type RightsDraft, RightsFields } from './rights-fields.tsx'
import { usePeopleTexts } from './texts.ts'

type Doing = 'change' | 'revoke' | 'renew' | 'sign_out' | null
type Closing = { id: string; onChanged(): void; onClose(): void }

/** One person: what they may do, where they are signed in, and what can be done about it. */
export function PersonDrawer({ id, onChanged, onClose }: Closing) {
  const { t } = usePeopleTexts()
  const { staff } = useApi()
  const load = useLoad(`person ${id}`, (signal) => staff.person(id, { signal }))
  const changed = () => {
    load.reload()
    onChanged()
  }
  return (
    <Drawer title={load.data?.name ?? t('people')} onClose={onClose}>
      <Loaded load={load}>{(person) => <Person person={person} onChanged={changed} />}</Loaded>
    </Drawer>
  )
}

function Person({ person, onChanged }: { person: StaffPerson; onChanged(): void }) {
  const { t } = usePeopleTexts()
  const self = useSelf()
  const [doing, setDoing] = useState<Doing>(null)
  const { mayChange } = person
  return (
    <div className="stack-l">
      <PersonFacts person={person} />
      {!mayChange && person.state === 'active' && self.may('people.write') && <Note>{t('not_yours')}</Note>}
      {mayChange && (
        <div className="row">
          <Button icon="pencil" onClick={() => setDoing('change')}>
            {t('change')}
          </Button>
          <Button onClick={() => setDoing('renew')}>{t('renew')}</Button>
          <Button look="bad" onClick={() => setDoing('revoke')}>
            {t('revoke')}
          </Button>
        </div>
      )}
      {self.may('people.write') && person.state === 'active' && (
        <Sessions person={person} onEnd={() => setDoing('sign_out')} key={String(doing)} />
      )}
      <Doings person={person} doing={doing} onChanged={onChanged} onClose={() => setDoing(null)} />
    </div>
  )
}

function PersonFacts({ person }: { person: StaffPerson }) {
  const { t } = usePeopleTexts()
  const { staff } = useApi()
  const { list, relative, date } = useFormat()
  const { organisation, shopIds } = person
  const places = useLoad(
    `places ${organisation?.id}`,
    (signal) => staff.places(organisation === null ? {} : { organisationId: organisation.id }, { signal }),
    { enabled: shopIds !== null },
  )
  const nameOf = (shopId: string) => places.data?.shops.find(({ id }) => id === shopId)?.name ?? shopId
  return (
    <Facts
      rows={[
        [
          t('state'),
          <StatePill key="state" tone={person.state === 'active' ? 'good' : 'bad'}>
            {t(person.state)}
          </StatePill>,
        ],
        [t('roles'), list(person.roles.map((role) => t(`role_${role}`)))],
        [t('organisation'), organisation?.name ?? t('installation')],
        [t('shops'), organisation === null ? null : shopIds === null ? t('all_shops') : list(shopIds.map(nameOf))],
        [t('last_seen'), person.lastSeenAt === null ? t('never') : relative(person.lastSeenAt)],
        [t('passkeys'), person.passkeys],
        [t('since'), date(person.createdAt)],
        [t('identifier'), <CopyField key="id" label={t('identifier')} value={person.id} />],
      ]}
    />
  )
}

function Sessions({ person, onEnd }: { person: StaffPerson; onEnd(): void }) {
  const { t } = usePeopleTexts()
  const { staff } = useApi()
  const { relative } = useFormat()
  const load = useLoad(`sessions ${person.id}`, (signal) => staff.sessionsOf(person.id, { signal }))
  return (
    <section className="stack" aria-label={t('sessions')}>
      <h3>{t('sessions')}</h3>
      <Loaded load={load} lines={2}>
        {(sessions) =>
          sessions.length === 0 ? (
            <p className="soft">{t('no_sessions')}</p>
          ) : (
            <>
              <ul className="key-rows">
                {sessions.map(({ id, browser, lastSeenAt }) => (
                  <li key={id}>
                    {relative(lastSeenAt)}: <span className="soft">{browser}</span>
                  </li>
                ))}
              </ul>
              {person.mayChange && (
                <div>
                  <Button onClick={onEnd}>{t('sign_out')}</Button>
                </div>
              )}
            </>
          )
        }
      </Loaded>
    </section>
  )
}

interface DoingsProps {
  person: StaffPerson
  doing: Doing
  onChanged(): void
  onClose(): void
}

function Doings({ person, doing, onChanged, onClose }: DoingsProps) {
  const { t } = usePeopleTexts()
  const { staff } = useApi()
  const say = useToast()
  const [made, setMade] = useState<InvitationMade | null>(null)
  const { id, name } = person
  if (made !== null) return <LinkMade name={name} made={made} onClose={() => setMade(null)} />
  switch (doing) {
    case null:
      return null
    case 'change':
      return <ChangeRights person={person} onChanged={onChanged} onClose={onClose} />
    case 'revoke':
      return (
        <ConfirmDialog
          title={t('revoke_title', { name })}
          action={t('revoke')}
          danger
          onClose={onClose}
          onConfirm={async () => {
            await staff.revoke(id)
            say(t('revoked_done', { name }))
            onChanged()
          }}
        >
          <p>{t('revoke_line')}</p>
        </ConfirmDialog>
      )
    case 'renew':
      return (
        <ConfirmDialog
          title={t('renew_title', { name })}
          action={t('make_link')}
          onClose={onClose}
          onConfirm={async () => setMade(await staff.renew(id))}
        >
          <p>{t('renew_line')}</p>
        </ConfirmDialog>
      )
    case 'sign_out':
      return (
        <ConfirmDialog
          title={t('sign_out')}
          action={t('sign_out')}
          onClose={onClose}
          onConfirm={async () => {
            await staff.endSessionsOf(id)
            say(t('signed_out'))
          }}
        >
          <p>{name}</p>
        </ConfirmDialog>
      )
  }
}

function ChangeRights({ person, onChanged, onClose }: Omit<DoingsProps, 'doing'>) {
  const { t } = usePeopleTexts()
  const { staff } = useApi()
  const say = useToast()
  const organisationId = person.organisation?.id ?? null
  const [draft, setDraft] = useState<RightsDraft>({ roles: person.roles, shopIds: person.shopIds })
  const places = useLoad(`places ${organisationId}`, (signal) =>
    staff.places(organisationId === null ? {} : { organisationId }, { signal }),
  )
  const { submit, busy, error, errors } = useSubmit(async () => {
    await staff.setRights(person.id, draft)
    say(t('changed'))
    onChanged()
    onClose()
  })
  return (
    <Dialog title={t('change')} onClose={onClose} wide>
      <Loaded load={places}>
        {(found) => (
          <form className="stack" onSubmit={submit}>
            <RightsFields {...{ organisationId, places: found, draft, error: errors.roles }} onChange={setDraft} />
            <p className="soft small">{t('change_warning')}</p>
            {error !== null && <Failed error={error} small />}
            <div>
              <Button type="submit" look="main" busy={busy} disabled={!isWhole(draft)}>
                {t('save')}
              </Button>
            </div>
          </form>
        )}
      </Loaded>
    </Dialog>
  )
}
