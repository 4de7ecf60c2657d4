import type { Payment, PaymentState } from '@paume/contract'
import { Button, Notice } from '../../design/controls.tsx'
import { Screen } from '../../design/frame.tsx'
import { Icon } from '../../design/icons.tsx'
import { PalmFigure } from '../../design/palm-figure.tsx'
import { useKeydown } from '../../design/use-keydown.ts'
import type { Trouble } from '../../language/problem-text.ts'
import { useText } from '../../language/text.ts'
import { TroubleNotice } from '../trouble-notice.tsx'

/** The way of a payment as the cashier sees it. */
const STAGES: readonly PaymentState[] = [
  'created',
  'presented',
  'palm_captured',
  'identified',
  'authorising',
  'approved',
]

/** A shopper who chooses a card is identified, and no card is asked yet. */
const stageOf = (state: PaymentState) => STAGES.indexOf(state === 'choosing_card' ? 'identified' : state)

function Progress({ state }: { state: PaymentState }) {
  const { t } = useText()
  const at = stageOf(state)
  return (
    <ol className="stages">
      {STAGES.map((stage, index) => (
        <li key={stage} data-done={index < at} aria-current={index === at ? 'step' : undefined}>
          <span className="stage-dot">{index < at && <Icon name="check" sizePx={16} />}</span>
          {t(`register.state_${stage}`)}
        </li>
      ))}
    </ol>
  )
}

interface RunningScreenProps {
  amount: string
  payment: Payment | null
  cancelling: boolean
  stale: boolean
  trouble?: Trouble
  /** What is said above the stages. */
  line: string
  detail?: string
  onCancel?: () => void
}

/** A payment under way: on its way, lost, on the terminal, or without an answer of the card yet. */
export function RunningScreen(props: RunningScreenProps) {
  const { amount, payment, cancelling, stale, trouble, line, detail, onCancel } = props
  const { t } = useText()
  useKeydown(
    (event) => {
      if (event.key === 'Escape' && !document.querySelector('dialog[open]')) onCancel?.()
    },
    onCancel !== undefined && !cancelling,
  )
  const lines = payment ? Math.max(0, Math.min(3, stageOf(payment.state) - 1)) : 0

  return (
    <Screen name="running" middle className="running">
      <section className="card running-card">
        <div className="running-figure">
          <PalmFigure side="R" linesDrawn={lines} />
        </div>
        <div className="stack">
          <h1>{t('register.sale', { amount })}</h1>
          <p role="status" className="running-line">
            {line}
          </p>
          {detail && (
            <Notice tone="warn" urgent>
              <p>{detail}</p>
            </Notice>
          )}
          {stale && (
            <Notice tone="warn" urgent>
              <p>{t('register.offline')}</p>
            </Notice>
          )}
          <TroubleNotice trouble={trouble} />
          {payment && payment.state !== 'unknown' && <Progress state={payment.state} />}
          {onCancel && (
            <div className="row">
              <Button look="bad" large disabled={cancelling} onClick={onCancel}>
                {cancelling ? t('register.cancelling') : t('register.cancel')}
              </Button>
              <kbd>Esc</kbd>
            </div>
          )}
        </div>
      </section>
    </Screen>
  )
}
