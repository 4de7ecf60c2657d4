import { Notice } from '../../design/controls.tsx'
import { cardValues } from '../../language/brands.ts'
import { useText } from '../../language/text.ts'
import { StepFrame } from '../step-frame.tsx'
import { TEST_CARDS } from '../test-cards.ts'
import type { StepProps } from './step-props.ts'

/** The card. On sandbox systems test cards to tap; their fields go to the processor's own address. */
export function CardScreen({ flow, frame, actions, sandbox }: StepProps & { sandbox: boolean }) {
  const { t } = useText()
  return (
    <StepFrame {...frame} screen="card">
      <div className="stack">
        <h1>{t('kiosk.card_title')}</h1>
        <p>{t('kiosk.card_line')}</p>
        <p role="status" className="soft">
          {flow.busy ? t('kiosk.card_saving') : sandbox ? t('kiosk.card_sandbox') : ''}
        </p>
      </div>
      {sandbox ? (
        <ul className="cards">
          {TEST_CARDS.map((card) => {
            const shown = cardValues({ brand: card.brand, last4: card.number.slice(-4) })
            return (
              <li key={card.number}>
                <button
                  type="button"
                  className="bank-card"
                  data-brand={card.brand}
                  disabled={flow.busy}
                  aria-label={`${t(card.shows)}: ${t('kiosk.card_ends', shown)}`}
                  onClick={() => actions.saveCard(card)}
                >
                  <span className="bank-card-shows">{t(card.shows)}</span>
                  <span className="bank-card-number">•••• {shown.last4}</span>
                  <span className="bank-card-brand">{shown.brand}</span>
                </button>
              </li>
            )
          })}
        </ul>
      ) : (
        <Notice tone="warn" urgent>
          <p>{t('problem.processor_unavailable')}</p>
          <p>{t('way.staff')}</p>
        </Notice>
      )}
    </StepFrame>
  )
}
