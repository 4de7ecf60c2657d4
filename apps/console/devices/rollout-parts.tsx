import type { SettingsRollout } from '@paume/contract'
import { useState } from 'react'
import { useApi, useFormat, useSelf } from '../frame/index.ts'
import { Button, ConfirmDialog, Progress, StatePill, useToast } from '../parts/index.ts'
import { useDeviceTexts } from './texts.ts'

type Props = { rollout: SettingsRollout }

export function RolloutState({ rollout: { state, stop } }: Props) {
  const { t } = useDeviceTexts()
  const tone = state === 'finished' ? 'good' : state === 'running' ? 'accent' : stop === 'by_hand' ? 'plain' : 'bad'
  const word = t(`rollout_${state}`)
  return <StatePill tone={tone}>{stop === null ? word : `${word}: ${t(`stop_${stop}`)}`}</StatePill>
}

export function StageOfRollout({ rollout: { stage, stagesPercent } }: Props) {
  const { t } = useDeviceTexts()
  const { percent } = useFormat()
  const share = percent((stagesPercent[stage] ?? 100) / 100, 0)
  return <>{t('stage_of', { stage: stage + 1, stages: stagesPercent.length, percent: share })}</>
}

export function RolloutTook({ rollout: { devices } }: Props) {
  const { t } = useDeviceTexts()
  const { took, due, covered, silent, refused } = devices
  return (
    <>
      {t('took_of', { took, due, covered })}
      {silent + refused > 0 && (
        <>
          {' '}
          <StatePill tone="warn">{t('troubles', { silent, refused })}</StatePill>
        </>
      )}
    </>
  )
}

/** A roll-out as it stands, with a way to stop it. */
export function RolloutCard({ rollout, onDone }: Props & { onDone(): void }) {
  const { t } = useDeviceTexts()
  const { dateTime } = useFormat()
  const { may } = useSelf()
  const api = useApi()
  const say = useToast()
  const [asking, setAsking] = useState(false)
  const { devices, state } = rollout
  return (
    <article className="stack">
      <div className="row">
        <strong>{t('version_number', { version: rollout.version })}</strong>
        <RolloutState rollout={rollout} />
        <span className="soft">{dateTime(rollout.startedAt)}</span>
      </div>
      <Progress label={t('took')} done={devices.took} all={Math.max(1, devices.covered)} />
      <p>
        <StageOfRollout rollout={rollout} /> · <RolloutTook rollout={rollout} />
      </p>
      {state === 'running' && may('devices.write') && (
        <div className="row">
          <Button look="bad" onClick={() => setAsking(true)}>
            {t('stop')}
          </Button>
        </div>
      )}
      {asking && (
        <ConfirmDialog
          title={t('stop')}
          action={t('stop')}
          danger
          onConfirm={async () => {
            await api.devices.stopRollout(rollout.id)
            say(t('stopped_said'))
            onDone()
          }}
          onClose={() => setAsking(false)}
        >
          <p>{t('stop_line')}</p>
        </ConfirmDialog>
      )}
    </article>
  )
}
