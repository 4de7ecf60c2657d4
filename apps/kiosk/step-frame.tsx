import type { ReactNode } from 'react'
import { Button, Dialog, Notice, Ring, Stepper } from '../design/controls.tsx'
import { Screen } from '../design/frame.tsx'
import { sentenceKey, type Trouble, wayKey } from '../language/problem-text.ts'
import { useText } from '../language/text.ts'
import type { StepScreen } from './state.ts'
import type { Patience } from './use-patience.ts'

const NAMES = [
  'kiosk.step_notice',
  'kiosk.step_consent',
  'kiosk.step_phone',
  'kiosk.step_card',
  'kiosk.step_terms',
  'kiosk.step_palms',
] as const
const PLACES: Record<StepScreen, number> = {
  notice: 0,
  consent: 1,
  phone: 2,
  phone_code: 2,
  card: 3,
  terms: 4,
  palms: 5,
  finishing: 5,
}
/** From here on the question "are you still there?" lies over the screen, ms. */
const ASK_MS = 20_000

interface StepFrameProps {
  screen: StepScreen
  trouble: Trouble | null
  patience: Patience
  onNoThanks: () => void
  onTimedOut: () => void
  /** The way on, beside "no thanks". */
  action?: ReactNode
  children: ReactNode
}

/** Around every step: where one is, the time, what went wrong, and "no thanks" at the same place each time. */
export function StepFrame(props: StepFrameProps) {
  const { screen, trouble, patience, onNoThanks, onTimedOut, action, children } = props
  const { t } = useText()
  const names = NAMES.map((key) => t(key))
  const at = PLACES[screen]
  return (
    <Screen name={screen} className="kiosk">
      <div className="kiosk-top">
        <Stepper names={names} at={at} label={t('kiosk.steps', { at: at + 1, of: names.length, name: names[at]! })} />
        <TimeLeft patience={patience} />
      </div>
      <div className="kiosk-body stack-l">
        {trouble && (
          <Notice tone="bad" urgent>
            <p>{t(sentenceKey(trouble))}</p>
            <p>{t(wayKey(trouble))}</p>
          </Notice>
        )}
        {children}
      </div>
      <div className="kiosk-foot">
        <div className="kiosk-no">
          <Button look="plain" large onClick={onNoThanks}>
            {t('kiosk.no_thanks')}
          </Button>
          <span className="small soft">{t('kiosk.same_price')}</span>
        </div>
        {action}
      </div>
      <StillThere patience={patience} onTimedOut={onTimedOut} />
    </Screen>
  )
}

export function TimeLeft({ patience }: { patience: Patience }) {
  const { t } = useText()
  if (patience.leftMs === null) return null
  const count = Math.ceil(patience.leftMs / 1000)
  return (
    <div className="time-left">
      <Ring share={patience.share} sizePx={56} label={t('timer.left', { count })}>
        {count}
      </Ring>
      <Button look="quiet" onClick={patience.more}>
        {t('timer.more')}
      </Button>
    </div>
  )
}

export function StillThere({ patience, onTimedOut }: { patience: Patience; onTimedOut: () => void }) {
  const { t, plural } = useText()
  if (patience.leftMs === null || patience.leftMs > ASK_MS) return null
  return (
    <Dialog title={t('timer.title')} onClose={patience.more}>
      <p>{plural('timer.line', Math.ceil(patience.leftMs / 1000))}</p>
      <div className="row">
        <Button look="main" large onClick={patience.more}>
          {t('timer.more')}
        </Button>
        <Button large onClick={onTimedOut}>
          {t('timer.stop')}
        </Button>
      </div>
    </Dialog>
  )
}
