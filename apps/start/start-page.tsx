import { isPaumeError, openPublic } from '@paume/client'
import type { Device } from '@paume/contract'
import { useCallback, useEffect, useState } from 'react'
import { Button, Notice } from '../design/controls.tsx'
import { Frame, Screen } from '../design/frame.tsx'
import { Icon } from '../design/icons.tsx'
import { PalmFigure } from '../design/palm-figure.tsx'
import { useText } from '../language/text.ts'
import { DeviceTile } from './device-tile.tsx'
import { type Health, useHealth } from './health.ts'

type Devices = { at: 'asking' } | { at: 'sandbox'; devices: Device[] } | { at: 'not_sandbox' } | { at: 'failed' }

const KINDS = ['kiosk', 'register', 'terminal', 'gate'] as const

export function StartPage() {
  const { t } = useText()
  const [found, setFound] = useState<Devices>({ at: 'asking' })
  const health = useHealth()

  const ask = useCallback(() => {
    openPublic({ baseUrl: location.origin })
      .sandbox.devices()
      .then((devices) => setFound({ at: 'sandbox', devices }))
      .catch((error) => setFound(isPaumeError(error, 'not_found') ? { at: 'not_sandbox' } : { at: 'failed' }))
  }, [])
  // Asked again when the server comes (back).
  useEffect(() => {
    if (health.state !== 'gone') ask()
  }, [ask, health.state])

  return (
    <Frame title={t('start.title')} sandbox={found.at === 'sandbox'} withSound={false}>
      <Screen name="start" className="start">
        <section className="hero">
          <div className="stack">
            <h1>{t('start.headline')}</h1>
            <p>{t('start.line_1')}</p>
            <p className="soft">{t('start.line_2')}</p>
          </div>
          <PalmFigure side="R" linesDrawn={3} breathing className="hero-palm" />
        </section>
        <section className="stack" aria-labelledby="try">
          <h2 id="try">{t('start.try')}</h2>
          <Tiles found={found} onAgain={ask} />
        </section>
        <section className="stack" aria-labelledby="run">
          <h2 id="run">{t('start.run')}</h2>
          <p className="soft">{t('start.run_line')}</p>
          <p>
            <a className="button button-plain" href="/console">
              <Icon name="overview" />
              {t('start.console')}
            </a>
          </p>
        </section>
        <footer className="start-foot">
          <HealthLine health={health} />
          <p>
            <a href="/docs">{t('start.docs')}</a> <span className="soft small">{t('start.docs_line')}</span>
          </p>
        </footer>
      </Screen>
    </Frame>
  )
}

function Tiles({ found, onAgain }: { found: Devices; onAgain: () => void }) {
  const { t } = useText()
  switch (found.at) {
    case 'asking':
      return <p className="soft">{t('page.loading')}</p>
    case 'failed':
      return (
        <Notice tone="warn" urgent>
          <p>{t('start.devices_failed')}</p>
          <Button onClick={onAgain}>{t('page.again')}</Button>
        </Notice>
      )
    case 'not_sandbox':
      return (
        <>
          <p>{t('start.no_devices')}</p>
          <div className="row">
            {KINDS.map((kind) => (
              <a key={kind} className="button button-plain" href={`/${kind}`}>
                {t(`start.${kind}_title`)}
              </a>
            ))}
          </div>
        </>
      )
    case 'sandbox':
      return <Shops devices={found.devices} onOpened={onAgain} />
  }
}

function Shops({ devices, onOpened }: { devices: Device[]; onOpened: () => void }) {
  const shops = [...new Map(devices.map(({ shop }) => [shop.id, shop])).values()]
  return shops.map((shop) => (
    <section key={shop.id} className="shop" aria-label={shop.name}>
      <h3>{shop.name}</h3>
      <ul className="tiles">
        {KINDS.flatMap((kind) => devices.filter((device) => device.kind === kind && device.shop.id === shop.id)).map(
          (device) => (
            <DeviceTile key={device.id} device={device} onOpened={onOpened} />
          ),
        )}
      </ul>
    </section>
  ))
}

function HealthLine({ health }: { health: Health }) {
  const { t } = useText()
  const line = (() => {
    switch (health.state) {
      case 'asking':
        return t('start.health_asking')
      case 'ready':
        return t('start.health_ready')
      case 'not_ready':
        return t('start.health_not_ready', { parts: health.parts.join(', ') })
      case 'gone':
        return t('start.health_gone')
    }
  })()
  return (
    <p className="health" role="status" data-state={health.state}>
      <span className="soft">{t('start.health')}</span> <strong>{line}</strong>
    </p>
  )
}
