import { indexedDbKeyStore, openPublic } from '@paume/client'
import type { Device } from '@paume/contract'
import { useState } from 'react'
import { Notice } from '../design/controls.tsx'
import { Icon } from '../design/icons.tsx'
import { sentenceKey, type Trouble, troubleOf } from '../language/problem-text.ts'
import { useText } from '../language/text.ts'

const TITLES = {
  kiosk: 'start.kiosk_title',
  gate: 'start.gate_title',
  door: 'start.door_title',
  terminal: 'start.terminal_title',
  register: 'start.register_title',
} as const
const LINES = {
  kiosk: 'start.kiosk_line',
  gate: 'start.gate_line',
  door: 'start.door_line',
  terminal: 'start.terminal_line',
  register: 'start.register_line',
} as const

/** Address of the page of a device: as it is when this browser holds its key already, else with a fresh pairing code. */
async function addressOf(device: Device): Promise<string> {
  const page = `/${device.kind}?as=${encodeURIComponent(device.id)}`
  const kept = await indexedDbKeyStore()
    .load(device.id)
    .catch(() => null)
  if (kept?.deviceId && device.state === 'paired') return page
  const { sandbox } = openPublic({ baseUrl: location.origin })
  const { pairingCode } = await sandbox.pairingCode(device.id)
  return `${page}&pair=${encodeURIComponent(pairingCode)}`
}

/** Opens the page of one demo device in its own window, paired in one click. */
export function DeviceTile({ device, onOpened }: { device: Device; onOpened: () => void }) {
  const { t } = useText()
  const [busy, setBusy] = useState(false)
  const [blocked, setBlocked] = useState<string | null>(null)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const name = t(TITLES[device.kind])

  const open = async () => {
    // The window is opened within the click, before anything is waited for: later it would count as a pop-up.
    const target = window.open('about:blank', `paume-${device.id}`)
    setBusy(true)
    setTrouble(null)
    setBlocked(null)
    try {
      const address = await addressOf(device)
      if (target) target.location.href = address
      else setBlocked(address)
      onOpened()
    } catch (error) {
      target?.close()
      setTrouble(troubleOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <li className="tile-box">
      <button type="button" className="tile" disabled={busy} onClick={open}>
        <span className="unseen">{t('start.open')} </span>
        <span className="tile-icon">
          <Icon name={device.kind === 'register' ? 'till' : device.kind} sizePx={44} />
        </span>
        <span className="tile-name">{name}</span>
        <span className="tile-line">{t(LINES[device.kind])}</span>
        <span className="tile-state" data-on={device.online}>
          {busy
            ? t('start.opening')
            : t(device.online ? 'start.online' : device.state === 'paired' ? 'start.paired' : 'start.unpaired')}
        </span>
        <span className="unseen">, {device.shop.name}</span>
      </button>
      {blocked && (
        <Notice tone="warn" urgent>
          <p>
            {t('start.popup')} <a href={blocked}>{name}</a>
          </p>
        </Notice>
      )}
      {trouble && (
        <Notice tone="bad" urgent>
          <p>{t(sentenceKey(trouble))}</p>
        </Notice>
      )}
    </li>
  )
}
