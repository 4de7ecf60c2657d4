import { listCameras } from '@paume/camera'
import type { Device } from '@paume/contract'
import { useEffect, useState } from 'react'
import { SyntheticOffer } from '../../capture/camera-trouble.tsx'
import { personOf } from '../../capture/chosen-source.ts'
import type { CameraHandle } from '../../capture/use-hand-camera.ts'
import { Button, Notice } from '../../design/controls.tsx'
import { Screen } from '../../design/frame.tsx'
import { Icon } from '../../design/icons.tsx'
import { PalmFigure } from '../../design/palm-figure.tsx'
import { useDeviceSettings } from '../../device/device-settings.ts'
import { useText } from '../../language/text.ts'

/** Between payments: says what the box is, that it is optional, and costs nothing. The camera is off. */
export function IdleScreen({ device, camera }: { device: Device; camera: CameraHandle }) {
  const { t, language } = useText()
  const { idleWords } = useDeviceSettings()
  const [cameras, setCameras] = useState<number | null>(null)
  const [choosing, setChoosing] = useState(false)
  useEffect(() => {
    listCameras()
      .then((found) => setCameras(found.length))
      .catch(() => setCameras(0))
  }, [])
  const person = personOf(camera.choice)
  const blind = cameras === 0 && person === null
  return (
    <Screen name="idle" className="idle">
      <div className="idle-call">
        <PalmFigure side="R" linesDrawn={3} breathing className="idle-palm" />
        <div className="stack">
          <h1>{idleWords[language] ?? t('terminal.idle_title')}</h1>
          <p>{t('terminal.idle_line')}</p>
          <p className="soft">{t('terminal.idle_new')}</p>
        </div>
      </div>
      <section className="what" aria-labelledby="what">
        <h2 id="what" className="unseen">
          {t('terminal.what_title')}
        </h2>
        <ul>
          <li>
            <Icon name="leaf" sizePx={34} />
            <strong>{t('terminal.what_1')}</strong>
            <span>{t('terminal.what_1_line')}</span>
          </li>
          <li>
            <Icon name="lock" sizePx={34} />
            <strong>{t('terminal.what_2')}</strong>
            <span>{t('terminal.what_2_line')}</span>
          </li>
          <li>
            <Icon name="hand" sizePx={34} />
            <strong>{t('terminal.what_3')}</strong>
            <span>{t('terminal.what_3_line')}</span>
          </li>
        </ul>
      </section>
      {blind && (
        <Notice tone="warn">
          <p>
            <strong>{t('camera.missing_title')}</strong>
          </p>
          <p>{t('camera.missing_line')}</p>
        </Notice>
      )}
      {device.sandbox && (blind || choosing) && (
        <SyntheticOffer
          choice={camera.choice}
          onChoose={(choice) => {
            camera.choose(choice)
            setChoosing(false)
          }}
        />
      )}
      {device.sandbox && !blind && !choosing && (
        <p className="row idle-source">
          {person !== null && (
            <span className="chip">
              <Icon name="hand" sizePx={20} />
              {t('camera.synthetic_on', { person })}
            </span>
          )}
          <Button look="quiet" onClick={() => setChoosing(true)}>
            {person === null ? t('camera.synthetic_title') : t('camera.synthetic_change')}
          </Button>
        </p>
      )}
    </Screen>
  )
}
