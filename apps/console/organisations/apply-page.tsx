import { useEffect, useState } from 'react'
import { text, useApi, useSaid, useSearch } from '../frame/index.ts'
import { AreaField, Button, Failed, Note, PageHead, Panel, TextField, useSubmit } from '../parts/index.ts'
import { useOrganisationTexts } from './texts.ts'

const SEARCH = { token: text(60) }

/** Where an outside business asks to take part; also where the link in its mail leads. */
export function ApplyPage() {
  const { t } = useOrganisationTexts()
  const [{ token }] = useSearch(SEARCH)
  return (
    <>
      <PageHead title={t('apply_title')} line={t('apply_line')} />
      {token === undefined ? <ApplyForm /> : <Confirming token={token} />}
    </>
  )
}

function Confirming({ token }: { token: string }) {
  const { t } = useOrganisationTexts()
  const api = useApi()
  const said = useSaid()
  const [line, setLine] = useState<{ tone: 'good' | 'bad'; line: string } | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a link is opened once
  useEffect(() => {
    api.organisations.confirm(token).then(
      ({ name }) => setLine({ tone: 'good', line: t('confirmed', { name }) }),
      (error: unknown) => setLine({ tone: 'bad', line: said(error).sentence }),
    )
  }, [token])
  return line === null ? null : <Note tone={line.tone}>{line.line}</Note>
}

function ApplyForm() {
  const { t, language } = useOrganisationTexts()
  const api = useApi()
  const [draft, setDraft] = useState({
    name: '',
    legalName: '',
    country: 'US',
    contactName: '',
    contactMail: '',
    shops: '1',
    note: '',
  })
  const [next, setNext] = useState<'mail' | 'wait' | null>(null)
  const { submit, busy, error, errors } = useSubmit(async () => {
    const { name, legalName, country, contactName, contactMail, shops, note } = draft
    const taken = await api.organisations.apply({
      name: name.trim(),
      legalName: legalName.trim(),
      country: country.trim().toUpperCase(),
      languages: [language],
      contactName: contactName.trim(),
      contactMail: contactMail.trim(),
      shopsPlanned: Number(shops),
      ...(note.trim() === '' ? {} : { note: note.trim() }),
      language,
    })
    setNext(taken.next)
  })
  if (next !== null) return <Note tone="good">{t(`next_${next}`)}</Note>
  const field = (
    key: Exclude<keyof typeof draft, 'note'>,
    label: string,
    more: { type?: string; maxLength?: number; autoComplete?: string } = {},
  ) => (
    <TextField
      label={label}
      value={draft[key]}
      onChange={(value) => setDraft((before) => ({ ...before, [key]: value }))}
      error={errors[key]}
      required
      {...more}
    />
  )
  return (
    <Panel>
      <form className="stack" onSubmit={submit}>
        {field('name', t('name'), { maxLength: 80, autoComplete: 'organization' })}
        {field('legalName', t('legal_name'), { maxLength: 120 })}
        {field('country', t('country'), { maxLength: 2 })}
        {field('contactName', t('your_name'), { maxLength: 80, autoComplete: 'name' })}
        {field('contactMail', t('your_mail'), { type: 'email', maxLength: 254, autoComplete: 'email' })}
        {field('shops', t('planned'), { type: 'number' })}
        <AreaField
          label={t('note')}
          value={draft.note}
          onChange={(note) => setDraft((before) => ({ ...before, note }))}
          optional
        />
        {error !== null && <Failed error={error} small />}
        <div className="row">
          <Button look="main" type="submit" busy={busy}>
            {t('send')}
          </Button>
        </div>
      </form>
    </Panel>
  )
}
