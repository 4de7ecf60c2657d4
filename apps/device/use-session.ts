import {
  createDeviceKey,
  type DeviceApi,
  type DeviceKey,
  indexedDbKeyStore,
  openDevice,
  openPublic,
} from '@paume/client'
import type { Device, DeviceKind } from '@paume/contract'
import { useCallback, useEffect, useState } from 'react'
import { type Session, sessionAfter, sessionAfterOpening } from './session.ts'

/** A page that cannot open is tried again after this time. */
const REOPEN_MS = 4_000
/** Short: a terminal must say at once that it is offline; the pages go round again by themselves. */
const RETRY = { tries: 2, firstWaitMs: 200, longestWaitMs: 400 }

const store = indexedDbKeyStore()
const openApi = (deviceId: string, key: DeviceKey): DeviceApi =>
  openDevice({ baseUrl: location.origin, deviceId, key, retry: RETRY })

/** `?as=` names which of several devices of one browser this window is; without it one of each kind. */
const slotOf = (kind: DeviceKind) => new URLSearchParams(location.search).get('as') ?? kind

function takePairingCode(): string | null {
  const url = new URL(location.href)
  const code = url.searchParams.get('pair')
  if (code === null) return null
  url.searchParams.delete('pair')
  // The code must neither be used twice nor stay in the history of the browser.
  history.replaceState(null, '', url)
  return code
}

async function pair(kind: DeviceKind, code: string | null, show: (session: Session) => void, signal: AbortSignal) {
  const key = await createDeviceKey()
  const { pairing } = openPublic({ baseUrl: location.origin })
  let device: Device
  if (code !== null) {
    show({ at: 'redeeming' })
    device = await pairing.redeem(code, kind, key.publicKey, { signal })
  } else {
    const started = await pairing.start(kind, key.publicKey, { signal })
    show({ at: 'code', started })
    device = await pairing.approved(started, { signal })
  }
  await store.save(slotOf(kind), { key, deviceId: device.id })
  return openApi(device.id, key)
}

async function open(kind: DeviceKind, code: string | null, show: (session: Session) => void, signal: AbortSignal) {
  const kept = await store.load(slotOf(kind))
  const api = kept?.deviceId && code === null ? openApi(kept.deviceId, kept.key) : await pair(kind, code, show, signal)
  const device = await api.device.self({ signal })
  show({ at: 'ready', device, api })
}

export interface SessionHandle {
  session: Session
  /** A request failed: tells whether the whole page is concerned, and if so shows it. */
  report: (error: unknown) => boolean
  /** Forgets the key of this device and asks for a new pairing. */
  pairAgain: () => void
}

// Read once: the effect below runs twice in development, the code of the link is good once.
let linkCode: string | null | undefined

/** Opens the page as a paired device: with the key kept here, with `?pair=CODE`, or by showing a code. */
export function useSession(kind: DeviceKind): SessionHandle {
  const [session, setSession] = useState<Session>({ at: 'opening' })
  const [round, setRound] = useState(0)

  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` starts it anew
  useEffect(() => {
    const stop = new AbortController()
    const show = (next: Session) => {
      if (!stop.signal.aborted) setSession(next)
    }
    if (linkCode === undefined) linkCode = takePairingCode()
    // A tick later, so that the doubled effect of development does not spend the code.
    const timer = setTimeout(() => {
      const code = linkCode ?? null
      linkCode = null
      open(kind, code, show, stop.signal).catch((error) => show(sessionAfterOpening(error, Date.now())))
    })
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [kind, round])

  const waits = session.at === 'unreachable' || session.at === 'clock'
  useEffect(() => {
    if (!waits) return
    const timer = setInterval(() => setRound((before) => before + 1), REOPEN_MS)
    return () => clearInterval(timer)
  }, [waits])

  const report = useCallback((error: unknown) => {
    const next = sessionAfter(error, Date.now())
    if (next) setSession(next)
    return next !== null
  }, [])
  const pairAgain = useCallback(() => {
    setSession({ at: 'opening' })
    store
      .erase(slotOf(kind))
      .then(() => setRound((before) => before + 1))
      .catch((error) => setSession(sessionAfterOpening(error, Date.now())))
  }, [kind])
  return { session, report, pairAgain }
}
