import type { DeviceKind } from '@paume/contract'
import { QrCode } from '../../design/qr-code.tsx'
import { useFormat } from '../frame/index.ts'
import { CopyField } from '../parts/index.ts'
import { useDeviceTexts } from './texts.ts'
import './devices.css'

/** A code, large, and as a picture to scan: the address opens the device's own page, which uses the code. */
export function CodeShown(props: { pairingCode: string; expiresAt: string; kind: DeviceKind }) {
  const { pairingCode, expiresAt, kind } = props
  const { t } = useDeviceTexts()
  const { dateTime } = useFormat()
  const address = `${location.origin}/${kind}?pair=${pairingCode}`
  return (
    <div className="stack device-code">
      <p className="device-code-letters">{pairingCode}</p>
      <QrCode text={address} label={`${t('code_is')}: ${pairingCode}`} />
      <p>{t('code_scan')}</p>
      <CopyField value={address} label={t('code_is')} shown={address.replace(/^https?:\/\//, '')} />
      <p className="soft">{t('code_until', { time: dateTime(expiresAt) })}</p>
    </div>
  )
}
