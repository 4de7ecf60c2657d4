import type { Device, DeviceKind } from '@paume/contract'
import type { ReactNode } from 'react'
import { Frame, Screen } from '../design/frame.tsx'
import { PalmFigure } from '../design/palm-figure.tsx'
import type { TextKey } from '../language/tables.ts'
import { useText } from '../language/text.ts'
import { UntilLive } from './not-live-screen.tsx'
import { ClockScreen, CodeScreen, FailedScreen, RevokedScreen } from './pairing-screens.tsx'
import type { ReadyDevice } from './ready-device.ts'
import { useSandbox } from './use-sandbox.ts'
import { useSession } from './use-session.ts'

interface DevicePageProps {
  kind: DeviceKind
  title: TextKey
  children: (ready: ReadyDevice) => ReactNode
}

const DEVICE_TITLES = {
  kiosk: 'start.kiosk_title',
  gate: 'start.gate_title',
  door: 'start.door_title',
  terminal: 'start.terminal_title',
  register: 'start.register_title',
} as const

/** Operators often put the shop into the name of the device: it is not said twice. */
const placeOf = ({ name, shop }: Device) => (name.includes(shop.name) ? name : `${shop.name} · ${name}`)

/** A page that belongs to a device: pairs it, watches that it stays paired, and only then shows `children`. */
export function DevicePage({ kind, title, children }: DevicePageProps) {
  const { t } = useText()
  const { session, report, pairAgain } = useSession(kind)
  const device = session.at === 'ready' ? session.device : null
  const sandbox = useSandbox(device === null)
  const place = device ? placeOf(device) : t(DEVICE_TITLES[kind])

  const body = (() => {
    switch (session.at) {
      case 'opening':
        return <Quiet name="opening" line={t('page.loading')} />
      case 'redeeming':
        return <Quiet name="redeeming" line={t('pairing.redeeming')} />
      case 'unreachable':
        return (
          <Screen name="unreachable" middle className="stack centre">
            <h1>{t('page.offline_title')}</h1>
            <p role="status">{t('page.offline_line')}</p>
          </Screen>
        )
      case 'code':
        return <CodeScreen started={session.started} sandbox={sandbox} onNewCode={pairAgain} />
      case 'failed':
        return <FailedScreen trouble={session.trouble} onAgain={pairAgain} />
      case 'no_store':
        return (
          <Screen name="no-store" middle className="stack">
            <h1>{t('pairing.failed_title')}</h1>
            <p>{t('pairing.saved_nowhere')}</p>
          </Screen>
        )
      case 'revoked':
        return <RevokedScreen kind={kind} onAgain={pairAgain} />
      case 'clock':
        return <ClockScreen skewMs={session.skewMs} />
      case 'ready':
        return (
          <UntilLive key={session.device.id} ready={{ device: session.device, api: session.api, report }}>
            {() => children({ device: session.device, api: session.api, report })}
          </UntilLive>
        )
    }
  })()

  return (
    <Frame title={t(title)} sandbox={device?.sandbox ?? sandbox} place={place}>
      {body}
    </Frame>
  )
}

function Quiet({ name, line }: { name: string; line: string }) {
  return (
    <Screen name={name} middle className="stack centre">
      <PalmFigure side="R" linesDrawn={3} breathing className="figure-small" />
      <p role="status" className="soft">
        {line}
      </p>
    </Screen>
  )
}
