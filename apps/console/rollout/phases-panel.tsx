import type { Phase } from '@paume/contract'
import { useState } from 'react'
import { Link, useApi, useFormat, useLoad, useSelf } from '../frame/index.ts'
import { Button, Dialog, Failed, Loaded, Panel, TextField, useSubmit } from '../parts/index.ts'
import { useRolloutTexts } from './texts.ts'

const LIVE = ['shop', 'rollout'] as const

/** Waves with how far they are. */
export function PhasesPanel() {
  const { t } = useRolloutTexts()
  const api = useApi()
  const { organisation } = useSelf()
  const [adding, setAdding] = useState(false)
  const load = useLoad('phases', (signal) => api.shops.phases({ signal }), { live: LIVE })
  const add = organisation !== null && (
    <Button icon="plus" onClick={() => setAdding(true)}>
      {t('new_phase')}
    </Button>
  )
  return (
    <Panel title={t('phases')} actions={add}>
      <Loaded load={load}>
        {(phases) =>
          phases.length === 0 ? (
            <p className="soft">{t('no_phases')}</p>
          ) : (
            <div className="phases">
              {phases.map((phase) => (
                <PhaseCard key={phase.id} phase={phase} />
              ))}
            </div>
          )
        }
      </Loaded>
      {adding && (
        <PhaseDialog
          onClose={() => setAdding(false)}
          onDone={() => {
            setAdding(false)
            load.reload()
          }}
        />
      )}
    </Panel>
  )
}

function PhaseCard({ phase }: { phase: Phase }) {
  const { t } = useRolloutTexts()
  const { day } = useFormat()
  const all = Object.values(phase.shops).reduce((sum, count) => sum + count, 0)
  const live = phase.shops.live ?? 0
  const days = [phase.startsOn, phase.endsOn].filter((each) => each !== null).map(day)
  return (
    <div className="phase">
      <h3>
        <Link to={`/console/shops?phaseId=${phase.id}`}>{phase.name}</Link>
      </h3>
      {days.length > 0 && <p className="soft">{days.join(' – ')}</p>}
      <p>{t('live_of', { live, all })}</p>
      <progress aria-label={phase.name} value={live} max={Math.max(all, 1)} />
    </div>
  )
}

function PhaseDialog({ onClose, onDone }: { onClose(): void; onDone(): void }) {
  const { t } = useRolloutTexts()
  const api = useApi()
  const [name, setName] = useState('')
  const [startsOn, setStartsOn] = useState('')
  const [endsOn, setEndsOn] = useState('')
  const { submit, busy, error, errors } = useSubmit(async () => {
    await api.shops.addPhase({ name: name.trim(), startsOn: startsOn || null, endsOn: endsOn || null })
    onDone()
  })
  return (
    <Dialog title={t('new_phase')} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <TextField label={t('name')} value={name} onChange={setName} error={errors.name} maxLength={60} required />
        <TextField label={t('starts')} type="date" value={startsOn} onChange={setStartsOn} optional />
        <TextField label={t('ends')} type="date" value={endsOn} onChange={setEndsOn} error={errors.endsOn} optional />
        {error !== null && <Failed error={error} small />}
        <div className="row">
          <Button look="main" type="submit" busy={busy}>
            {t('save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
