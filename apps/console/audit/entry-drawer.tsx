import { type ProofVerdict, verifyAuditProof } from '@paume/client'
import type { AuditEntry, AuditProof } from '@paume/contract'
import { useApi, useFormat, useLoad } from '../frame/index.ts'
import { Button, CopyField, Drawer, Facts, Loaded, Note } from '../parts/index.ts'
import { Fact } from './fact.tsx'
import { useAuditTexts } from './texts.ts'

interface EntryDrawerProps {
  sequence: number
  /** As the list shows it; null when it stands on another page of the list. */
  entry: AuditEntry | null
  onClose(): void
}

/** One entry and its proof, which this page checks itself. */
export function EntryDrawer({ sequence, entry, onClose }: EntryDrawerProps) {
  const { t } = useAuditTexts()
  const { dateTime } = useFormat()
  const api = useApi()
  const proof = useLoad(`proof ${sequence}`, async (signal) => {
    const answer = await api.reports.auditProof(sequence, { signal })
    return { proof: answer, verdict: await verifyAuditProof(answer) }
  })
  return (
    <Drawer title={t('entry', { sequence })} onClose={onClose}>
      {entry && (
        <Facts
          rows={[
            [t('event'), <code key="event">{entry.event}</code>],
            [t('at'), dateTime(entry.at)],
            [t('organisation'), entry.organisationId ?? t('whole_installation')],
            ...Object.entries(entry.facts).map(([name, value]) => [name, <Fact key={name} value={value} />] as const),
          ]}
        />
      )}
      <h3>{t('proof')}</h3>
      <Loaded load={proof} lines={6}>
        {(checked) => <Proof {...checked} />}
      </Loaded>
    </Drawer>
  )
}

function Proof({ proof, verdict }: { proof: AuditProof; verdict: ProofVerdict }) {
  const { t } = useAuditTexts()
  const { sequence, head } = proof
  const line = (() => {
    switch (verdict.kind) {
      case 'holds':
        return t(verdict.words ? 'holds' : 'holds_hash', { sequence, size: head.size })
      case 'broken':
        return t(verdict.where === 'entry' ? 'broken_entry' : 'broken_tree')
    }
  })()
  return (
    <div className="stack">
      <Note tone={verdict.kind === 'holds' ? 'good' : 'bad'}>
        <p className="strong">{line}</p>
        <p>{t('proof_line')}</p>
      </Note>
      <Facts
        rows={[
          [t('fingerprint'), <CopyField key="hash" value={proof.sha256} label={t('fingerprint')} />],
          [t('root'), <CopyField key="root" value={head.root} label={t('root')} />],
        ]}
      />
      <p className="soft">{t('steps', { count: proof.path.length })}</p>
      {proof.entry !== null && (
        <div className="stack-s">
          <h3>{t('words')}</h3>
          <pre className="code-block">{proof.entry}</pre>
        </div>
      )}
      <div className="stack-s">
        <h3>{t('head')}</h3>
        <p className="soft small">{t('head_line')}</p>
        <pre className="code-block">{head.note}</pre>
      </div>
      <div>
        <Button icon="download" onClick={() => save(proof)}>
          {t('download')}
        </Button>
      </div>
    </div>
  )
}

function save(proof: AuditProof) {
  const url = URL.createObjectURL(new Blob([JSON.stringify(proof, null, 2)], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `paume-audit-${proof.sequence}.json`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
