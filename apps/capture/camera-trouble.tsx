import type { CameraFault } from '@paume/camera'
import { useState } from 'react'
import { Button, Notice } from '../design/controls.tsx'
import { Icon } from '../design/icons.tsx'
import { useText } from '../language/text.ts'
import { personOf, type SourceChoice } from './chosen-source.ts'

const FAULTS = { denied: 'denied', insecure: 'denied', missing: 'missing', busy: 'busy', failed: 'failed' } as const

interface CameraTroubleProps {
  fault: CameraFault
  sandbox: boolean
  choice: SourceChoice
  onAgain: () => void
  onChoose: (choice: SourceChoice) => void
}

/** No pictures: why, and the way on. On sandbox systems a synthetic hand is offered. */
export function CameraTrouble({ fault, sandbox, choice, onAgain, onChoose }: CameraTroubleProps) {
  const { t } = useText()
  const name = FAULTS[fault]
  return (
    <div className="camera-trouble stack">
      <Notice tone="warn" urgent>
        <p>
          <strong>{t(`camera.${name}_title`)}</strong>
        </p>
        <p>{t(`camera.${name}_line`)}</p>
      </Notice>
      <div className="row">
        <Button look={sandbox ? 'plain' : 'main'} onClick={onAgain}>
          {t('page.again')}
        </Button>
      </div>
      {sandbox && <SyntheticOffer choice={choice} onChoose={onChoose} />}
    </div>
  )
}

const LAST_PERSON = 999

/** Sandbox: choose a person who does not exist, by number. */
export function SyntheticOffer({ choice, onChoose }: Pick<CameraTroubleProps, 'choice' | 'onChoose'>) {
  const { t } = useText()
  const chosen = personOf(choice)
  const [person, setPerson] = useState(chosen ?? 1)
  const step = (by: number) => setPerson((before) => Math.min(LAST_PERSON, Math.max(1, before + by)))
  return (
    <section className="card stack synthetic" aria-labelledby="synthetic-title">
      <h2 id="synthetic-title">{t('camera.synthetic_title')}</h2>
      <p className="small soft">{t('camera.synthetic_line')}</p>
      <div className="row">
        <button
          type="button"
          className="round-button"
          aria-label={t('camera.synthetic_fewer')}
          disabled={person <= 1}
          onClick={() => step(-1)}
        >
          <Icon name="minus" />
        </button>
        <label>
          <span className="unseen">{t('camera.synthetic_person')}</span>
          <input
            className="person-number"
            inputMode="numeric"
            value={person}
            onChange={(event) => {
              const typed = Number(event.target.value.replace(/\D/g, ''))
              setPerson(Math.min(LAST_PERSON, Math.max(1, typed)))
            }}
          />
        </label>
        <button
          type="button"
          className="round-button"
          aria-label={t('camera.synthetic_more')}
          disabled={person >= LAST_PERSON}
          onClick={() => step(1)}
        >
          <Icon name="plus" />
        </button>
        <Button look="main" icon="hand" onClick={() => onChoose(`synthetic:${person}`)}>
          {t('camera.synthetic_use')}
        </Button>
        {chosen !== null && <Button onClick={() => onChoose('camera')}>{t('camera.real_use')}</Button>}
      </div>
    </section>
  )
}
