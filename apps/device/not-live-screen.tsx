import type { Device } from '@paume/contract'
import { type ReactNode, useEffect, useState } from 'react'
import { Screen } from '../design/frame.tsx'
import { useText } from '../language/text.ts'
import type { ReadyDevice } from './ready-device.ts'

/** How often a device that waits asks whether its shop may serve by now, ms. */
const ASK_EVERY_MS = 10_000

const mayServe = ({ kind, shop }: Device) => kind === 'register' || shop.notLive === undefined

/** A device with a camera waits here, without opening it, until its shop may serve: before the notice hangs nobody is filmed. */
export function UntilLive({ ready, children }: { ready: ReadyDevice; children(): ReactNode }) {
  const { t } = useText()
  const { device, api, report } = ready
  const [waiting, setWaiting] = useState(!mayServe(device))
  useEffect(() => {
    if (!waiting) return
    const stop = new AbortController()
    const ask = () =>
      api.device
        .heartbeat({ appVersion: '0.1.0', camera: 'unused' }, { signal: stop.signal })
        .then((reply) => setWaiting(!mayServe(reply)))
        .catch((error: unknown) => void report(error))
    void ask()
    const timer = setInterval(() => void ask(), ASK_EVERY_MS)
    return () => {
      clearInterval(timer)
      stop.abort()
    }
  }, [waiting, api, report])
  if (!waiting) return children()
  return (
    <Screen name="not-live" middle className="stack centre">
      <h1>{t('page.not_live_title')}</h1>
      <p role="status">{t('page.not_live_line')}</p>
    </Screen>
  )
}
