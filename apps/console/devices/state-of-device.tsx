import type { DeviceListed } from '@paume/contract'
import { useFormat } from '../frame/index.ts'
import { StatePill, type Tone } from '../parts/index.ts'
import { useDeviceTexts } from './texts.ts'

type Shown = 'online' | 'offline' | 'unpaired' | 'revoked' | 'lost'
const TONES: Record<Shown, Tone> = { online: 'good', offline: 'bad', unpaired: 'plain', revoked: 'plain', lost: 'warn' }

const shownOf = ({ state, online, lost }: Pick<DeviceListed, 'state' | 'online' | 'lost'>): Shown =>
  lost ? 'lost' : state !== 'paired' ? state : online ? 'online' : 'offline'

export function StateOfDevice({ device }: { device: Pick<DeviceListed, 'state' | 'online' | 'lost'> }) {
  const { t } = useDeviceTexts()
  const shown = shownOf(device)
  return <StatePill tone={TONES[shown]}>{t(`state_${shown}`)}</StatePill>
}

/** Off by less than this is not worth a word, ms. */
const ON_TIME_MS = 2_000
/** A request is refused beyond a minute; from half of it on somebody should look. */
const WORRYING_MS = 30_000

export function Skew({ ms }: { ms: number | null }) {
  const { t } = useDeviceTexts()
  const { duration } = useFormat()
  if (ms === null) return <span className="soft">{t('unknown')}</span>
  if (Math.abs(ms) < ON_TIME_MS) return t('on_time')
  const line = t(ms > 0 ? 'fast' : 'slow', { time: duration(Math.abs(ms)) })
  return Math.abs(ms) < WORRYING_MS ? line : <StatePill tone="warn">{line}</StatePill>
}

/** From so many hovers on a share says something. */
const FEWEST_HOVERS = 10
/** More than this is worth a look. */
const WORRYING_SHARE = 0.3

export function FailureRate({ of: { hovers, refused } }: { of: DeviceListed['lastDay'] }) {
  const { t } = useDeviceTexts()
  const { percent } = useFormat()
  if (hovers === 0) return <span className="soft">–</span>
  const share = refused / hovers
  const line = `${percent(share)} ${t('of_hovers', { count: hovers })}`
  return hovers >= FEWEST_HOVERS && share > WORRYING_SHARE ? <StatePill tone="warn">{line}</StatePill> : line
}
