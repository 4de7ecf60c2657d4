import {
  ORGANISATION_COLUMNS,
  ORGANISATION_STATES,
  type OrganisationDecided,
  type OrganisationListed,
  type OrganisationState,
} from '@paume/contract'
import { useMemo, useState } from 'react'
import { oneOf, text, useApi, useFormat, useList, useLoad, useSaid, useSearch, yes } from '../frame/index.ts'
import {
  Button,
  type Column,
  CopyField,
  DataTable,
  Dialog,
  Drawer,
  EmptyState,
  Facts,
  Failed,
  FilterBar,
  Loaded,
  Note,
  PageHead,
  StatePill,
  TextField,
  type Tone,
  useSubmit,
  useToast,
} from '../parts/index.ts'
import { useOrganisationTexts } from './texts.ts'

const FILTERS = { state: oneOf(ORGANISATION_STATES) }
const OPEN = { open: text(40), new: yes() }
const LIVE = ['organisation'] as const
const TONES: Record<OrganisationState, Tone> = {
  applied: 'accent',
  approved: 'good',
  suspended: 'warn',
  refused: 'plain',
}
const DECISIONS = { applied: ['approve', 'refuse'], approved: ['suspend'], suspended: ['resume'], refused: [] } as const

/** Who takes part, and who asks to. */
export function OrganisationsPage() {
  const { t } = useOrganisationTexts()
  const api = useApi()
  const [{ open, new: adding }, setSearch] = useSearch(OPEN)
  const list = useList({
    name: 'organisations',
    filters: FILTERS,
    sorts: ORGANISATION_COLUMNS,
    live: LIVE,
    load: (query, signal) => api.organisations.list(query, { signal }),
  })
  const columns = useColumns()
  return (
    <>
      <PageHead
        title={t('title')}
        line={t('line')}
        actions={
          <Button look="main" icon="plus" onClick={() => setSearch({ new: true })}>
            {t('new')}
          </Button>
        }
      />
      <FilterBar
        list={list}
        search={t('search')}
        filters={[
          {
            kind: 'select',
            name: 'state',
            label: t('state'),
            options: ORGANISATION_STATES.map((value) => ({ value, label: t(`state_${value}`) })),
          },
        ]}
      />
      <DataTable
        label={t('title')}
        list={list}
        columns={columns}
        rowKey={(row) => row.id}
        rowName={(row) => row.name}
        onRow={(row) => setSearch({ open: row.id })}
        empty={<EmptyState title={t('empty')} icon="inbox" />}
      />
      {open !== undefined && (
        <Details key={open} id={open} onClose={() => setSearch({ open: undefined })} onDone={list.page.reload} />
      )}
      {adding && (
        <NewDialog
          onClose={() => setSearch({ new: false })}
          onDone={(id) => {
            setSearch({ new: false, open: id })
            list.page.reload()
          }}
        />
      )}
    </>
  )
}

function useColumns(): readonly Column<OrganisationListed>[] {
  const { t } = useOrganisationTexts()
  const { date } = useFormat()
  return useMemo(
    () => [
      { key: 'name', title: t('name'), sort: 'name', card: 'title', cell: (row) => row.name },
      {
        key: 'state',
        title: t('state'),
        sort: 'state',
        cell: (row) => <StatePill tone={TONES[row.state]}>{t(`state_${row.state}`)}</StatePill>,
      },
      { key: 'country', title: t('country'), sort: 'country', cell: (row) => row.country },
      { key: 'shops', title: t('shops'), sort: 'shops', align: 'end', cell: (row) => row.shops },
      { key: 'gallery', title: t('gallery'), cell: (row) => t(`gallery_${row.gallery}`) },
      { key: 'createdAt', title: t('since'), sort: 'createdAt', cell: (row) => date(row.createdAt) },
    ],
    [t, date],
  )
}

function Details({ id, onClose, onDone }: { id: string; onClose(): void; onDone(): void }) {
  const { t } = useOrganisationTexts()
  const api = useApi()
  const say = useToast()
  const said = useSaid()
  const [invitation, setInvitation] = useState<OrganisationDecided['invitation']>(null)
  const load = useLoad(`organisation ${id}`, (signal) => api.organisations.one(id, { signal }), { live: LIVE })
  const decide = async (decision: 'approve' | 'refuse' | 'suspend' | 'resume') => {
    try {
      setInvitation((await api.organisations.decide(id, decision)).invitation)
      load.reload()
      onDone()
    } catch (error) {
      say(said(error).sentence, 'bad')
    }
  }
  return (
    <Drawer title={load.data?.name ?? t('title')} onClose={onClose}>
      <Loaded load={load}>
        {(found) => (
          <div className="stack">
            <StatePill tone={TONES[found.state]}>{t(`state_${found.state}`)}</StatePill>
            <Facts
              rows={[
                [t('legal_name'), found.legalName],
                [t('country'), found.country],
                [t('languages'), found.languages.join(', ')],
                [t('shops'), found.shops],
                [t('gallery'), t(`gallery_${found.gallery}`)],
                [t('account'), found.processorAccount ?? t('account_platform')],
                [t('contact'), found.contact && `${found.contact.name} <${found.contact.mail}>`],
                [t('mail_confirmed'), found.contact && (found.contact.mailConfirmedAt ? '✓' : t('mail_open'))],
                [t('planned'), found.contact?.shopsPlanned],
                [t('note'), found.contact?.note],
              ]}
            />
            {invitation !== null && (
              <Note tone="good">
                <p>{t('invitation_line')}</p>
                <CopyField label={t('invitation')} value={invitation.link} />
              </Note>
            )}
            {found.state === 'approved' && <p className="soft">{t('suspend_line')}</p>}
            <div className="row">
              {DECISIONS[found.state].map((decision) => (
                <Button
                  key={decision}
                  look={decision === 'approve' ? 'main' : undefined}
                  onClick={() => void decide(decision)}
                >
                  {t(decision)}
                </Button>
              ))}
            </div>
          </div>
        )}
      </Loaded>
    </Drawer>
  )
}

function NewDialog({ onClose, onDone }: { onClose(): void; onDone(id: string): void }) {
  const { t } = useOrganisationTexts()
  const api = useApi()
  const [name, setName] = useState('')
  const [legalName, setLegalName] = useState('')
  const [country, setCountry] = useState('US')
  const [languages, setLanguages] = useState('en')
  const { submit, busy, error, errors } = useSubmit(async () => {
    const tags = languages.split(/[\s,]+/).filter(Boolean)
    const made = await api.organisations.create({
      name: name.trim(),
      legalName: legalName.trim(),
      country: country.toUpperCase(),
      languages: tags,
    })
    onDone(made.id)
  })
  return (
    <Dialog title={t('new')} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <TextField label={t('name')} value={name} onChange={setName} error={errors.name} maxLength={80} required />
        <TextField
          label={t('legal_name')}
          value={legalName}
          onChange={setLegalName}
          error={errors.legalName}
          maxLength={120}
          required
        />
        <TextField
          label={t('country')}
          value={country}
          onChange={setCountry}
          error={errors.country}
          maxLength={2}
          required
        />
        <TextField label={t('languages')} value={languages} onChange={setLanguages} error={errors.languages} required />
        {error !== null && <Failed error={error} small />}
        <div className="row">
          <Button look="main" type="submit" busy={busy}>
            {t('create')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
