import type { Approval } from '@paume/contract'
import { downloadFile } from '../frame/download.ts'
import { useApi, useFormat, useLoad } from '../frame/index.ts'
import { Button, Drawer, Facts, Loaded, Note, StatePill, useSubmit, useToast } from '../parts/index.ts'
import { useShowAgain } from '../sign-in/show-again.tsx'
import { Trouble } from '../sign-in/trouble.tsx'
import { APPROVAL_TONES, useActionName } from './approval-words.ts'
import { useApprovalTexts } from './texts.ts'

interface ApprovalDrawerProps {
  id: string
  onChanged(): void
  onClose(): void
}

/** One approval: exactly what will happen, who asked why, and what the reader can do about it. */
export function ApprovalDrawer({ id, onChanged, onClose }: ApprovalDrawerProps) {
  const { t } = useApprovalTexts()
  const { staff } = useApi()
  const actionName = useActionName()
  const load = useLoad(`approval ${id}`, (signal) => staff.approval(id, { signal }))
  const changed = () => {
    load.reload()
    onChanged()
  }
  return (
    <Drawer title={load.data === null ? t('title') : actionName(load.data.action)} onClose={onClose}>
      <Loaded load={load}>
        {(approval) => (
          <div className="stack-l">
            <About approval={approval} />
            <Exactly approval={approval} />
            {approval.mayDecide && <Decide approval={approval} onChanged={changed} />}
            {approval.own && <Own approval={approval} onChanged={changed} />}
          </div>
        )}
      </Loaded>
    </Drawer>
  )
}

function About({ approval }: { approval: Approval }) {
  const { t } = useApprovalTexts()
  const { dateTime } = useFormat()
  const { state, organisation, askedBy, askedAt, reason, expiresAt, decidedBy, decidedAt, usedAt } = approval
  return (
    <Facts
      rows={[
        [
          t('state'),
          <StatePill key="state" tone={APPROVAL_TONES[state]}>
            {t(`state_${state}`)}
          </StatePill>,
        ],
        [t('organisation'), organisation?.name ?? t('installation')],
        [t('asked_by'), askedBy.name],
        [t('reason'), reason],
        [t('asked_at'), dateTime(askedAt)],
        [t('expires'), dateTime(expiresAt)],
        [t('decided_by'), decidedBy?.name],
        [t('decided_at'), decidedAt && dateTime(decidedAt)],
        [t('used_at'), usedAt && dateTime(usedAt)],
      ]}
    />
  )
}

/** The values that the request carries, one a line; whatever they are, nothing is left out. */
function Exactly({ approval: { request } }: { approval: Approval }) {
  const { t } = useApprovalTexts()
  const said = (value: unknown): string => {
    if (value === null || value === undefined) return t('nothing')
    if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
    return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value)
  }
  const { body } = request
  const values =
    typeof body === 'object' && body !== null ? Object.entries(body) : body === undefined ? [] : [['', body]]
  return (
    <section className="stack" aria-label={t('exactly')}>
      <h3>{t('exactly')}</h3>
      <p>
        <code>{`${request.method} ${decodeURI(request.path)}`}</code>
      </p>
      <Facts rows={values.map(([name, value]) => [String(name), said(value)] as const)} />
      {values.length === 0 && <p className="soft small">{t('no_body')}</p>}
    </section>
  )
}

interface StepProps {
  approval: Approval
  onChanged(): void
}

function Decide({ approval, onChanged }: StepProps) {
  const { t } = useApprovalTexts()
  const { staff } = useApi()
  const say = useToast()
  const again = useShowAgain()
  const decide = async (approve: boolean) => {
    await again(() => staff.decideApproval(approval.id, approve))
    say(t(approve ? 'approved_done' : 'refused_done'))
    onChanged()
  }
  const yes = useSubmit(() => decide(true))
  const no = useSubmit(() => decide(false))
  return (
    <div className="stack">
      <div className="row">
        <Button look="main" icon="check" busy={yes.busy} onClick={() => yes.submit()}>
          {t('approve')}
        </Button>
        <Button icon="cross" busy={no.busy} onClick={() => no.submit()}>
          {t('refuse')}
        </Button>
      </div>
      <Trouble error={yes.error ?? no.error} />
    </div>
  )
}

function Own({ approval, onChanged }: StepProps) {
  const { t } = useApprovalTexts()
  const { staff } = useApi()
  const say = useToast()
  const { submit, busy, error } = useSubmit(async () => {
    const { id, request } = approval
    if (request.method === 'GET') await downloadFile(request.path, 'export', id)
    else await staff.carryOut(approval)
    say(t('carried_out'))
    onChanged()
  })
  if (approval.state === 'asked') return <Note>{t('own_waits')}</Note>
  if (approval.state !== 'approved') return null
  return (
    <div className="stack">
      <Note tone="good">{t('own_ready')}</Note>
      <div>
        <Button look="main" busy={busy} onClick={() => submit()}>
          {t('carry_out')}
        </Button>
      </div>
      <Trouble error={error} />
    </div>
  )
}
