import { isPaumeError } from '@paume/client'
import type { TwoPersonAction } from '@paume/contract'
import { useState } from 'react'
import { useApi } from '../frame/api.ts'
import { downloadFile } from '../frame/download.ts'
import { Link } from '../frame/link.tsx'
import { useSaid } from '../frame/problem-text.ts'
import { useSession } from '../frame/session.tsx'
import { useFrameTexts } from '../frame/texts.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Failed } from './failed.tsx'
import { AreaField } from './fields.tsx'
import { useToast } from './toast.tsx'
import { useSubmit } from './use-submit.ts'

interface ExportButtonProps {
  /** Address of the CSV, such as `/v1/console/payments.csv`. */
  path: string
  /** Filters and order: `list.query`. */
  query?: Record<string, string | number>
  /** Name of the file when the server gives none. */
  fileName: string
  /** What a second person approves when the server asks for it (`approval_required`). */
  action?: TwoPersonAction
  /** Whose rows they are, where an operator asks. */
  organisationId?: string
  /** What the button says instead of "Export CSV". */
  label?: string
}

const addressOf = (path: string, query: Record<string, string | number>) => {
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString()
  return search === '' ? path : `${path}?${search}`
}

/**
 * Takes rows along as a file, with the filters of the list. Where the server wants two people, it asks for the reason and the approval;
 * pressed again after somebody else approved, it uses that approval, once.
 */
export function ExportButton({ path, query = {}, fileName, action, organisationId, label }: ExportButtonProps) {
  const { t } = useFrameTexts()
  const api = useApi()
  const say = useToast()
  const said = useSaid()
  const { onFailure } = useSession()
  const [busy, setBusy] = useState(false)
  const [asking, setAsking] = useState<'reason' | 'waiting' | null>(null)
  const address = addressOf(path, query)

  const own = async (state: 'approved' | 'asked') => {
    const { items } = await api.staff.approvals({ state, action, limit: 50 })
    return items.find((each) => each.own && each.request.method === 'GET' && each.request.path === address)
  }
  const fetchFile = async () => {
    try {
      await downloadFile(address, fileName)
    } catch (error) {
      if (!isPaumeError(error, 'approval_required') || !action) throw error
      const approved = await own('approved')
      if (approved === undefined) {
        setAsking((await own('asked')) ? 'waiting' : 'reason')
        return
      }
      await downloadFile(address, fileName, approved.id)
    }
    say(t('exported'))
  }
  const press = async () => {
    setBusy(true)
    try {
      await fetchFile()
    } catch (error) {
      onFailure(error)
      say(said(error).sentence, 'bad')
    }
    setBusy(false)
  }
  return (
    <>
      <Button icon="download" busy={busy} onClick={press}>
        {busy ? t('exporting') : (label ?? t('export'))}
      </Button>
      {asking && action && (
        <AskApproval
          {...{ action, organisationId, address, waiting: asking === 'waiting' }}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  )
}

interface AskApprovalProps {
  action: TwoPersonAction
  organisationId: string | undefined
  address: string
  /** It was asked for before. */
  waiting: boolean
  onClose(): void
}

function AskApproval({ action, organisationId, address, waiting, onClose }: AskApprovalProps) {
  const { t } = useFrameTexts()
  const api = useApi()
  const say = useToast()
  const [reason, setReason] = useState('')
  const { submit, busy, error, errors } = useSubmit(async () => {
    await api.staff.askApproval({ action, organisationId, request: { method: 'GET', path: address }, reason })
    say(t('approval_asked'))
    onClose()
  })
  const see = <Link to="/console/approvals">{t('approval_see')}</Link>
  if (waiting)
    return (
      <Dialog title={t('approval_title')} onClose={onClose}>
        <p>{t('approval_waiting')}</p>
        <p>{see}</p>
      </Dialog>
    )
  return (
    <Dialog title={t('approval_title')} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <p>{t('approval_line')}</p>
        <AreaField
          label={t('approval_reason')}
          value={reason}
          onChange={setReason}
          maxLength={500}
          required
          error={errors.reason}
        />
        {error !== null && <Failed error={error} small />}
        <div className="row">
          <Button type="submit" look="main" busy={busy} disabled={reason.trim() === ''}>
            {t('approval_ask')}
          </Button>
          {see}
        </div>
      </form>
    </Dialog>
  )
}
