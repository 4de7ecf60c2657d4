import { cardValues } from '../../language/brands.ts'
import { useText } from '../../language/text.ts'
import { TEST_CARDS, type TestCard } from './test-cards.ts'

/** Test cards of the sandbox to tap, each with what it plays. */
export function TapCards({ busy, onCard }: { busy: boolean; onCard: (card: TestCard) => void }) {
  const { t } = useText()
  return (
    <ul className="cards">
      {TEST_CARDS.map((card) => {
        const shown = cardValues({ brand: card.brand, last4: card.number.slice(-4) })
        return (
          <li key={card.number}>
            <button
              type="button"
              className="bank-card"
              data-brand={card.brand}
              disabled={busy}
              onClick={() => onCard(card)}
            >
              <span className="bank-card-shows">{t(card.shows)}</span>
              <span className="unseen">: {t('kiosk.card_ends', shown)}</span>
              <span className="bank-card-number" aria-hidden="true">
                •••• {shown.last4}
              </span>
              <span className="bank-card-brand" aria-hidden="true">
                {shown.brand}
              </span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
