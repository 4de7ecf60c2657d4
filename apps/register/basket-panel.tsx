import { Button } from '../design/controls.tsx'
import { Icon } from '../design/icons.tsx'
import { useText } from '../language/text.ts'
import { type Basket, changeQuantity, emptyBasket, totalOf, undo } from './basket.ts'
import { itemKey } from './items.ts'

interface BasketPanelProps {
  basket: Basket
  currency: string
  tip: boolean
  /** Name of the terminal that is charged; null when none is tied to this register. */
  terminal: string | null
  onBasket: (next: Basket) => void
  onTip: (ask: boolean) => void
  onCharge: () => void
}

export function BasketPanel({ basket, currency, tip, terminal, onBasket, onTip, onCharge }: BasketPanelProps) {
  const { t, money } = useText()
  const total = totalOf(basket)
  return (
    <section className="basket card" aria-labelledby="basket-title">
      <div className="row between">
        <h2 id="basket-title">{t('register.basket')}</h2>
        <div className="row basket-tools">
          <Button look="quiet" icon="undo" disabled={basket.past.length === 0} onClick={() => onBasket(undo(basket))}>
            {t('register.undo')}
          </Button>
          {basket.lines.length > 0 && (
            <Button look="quiet" onClick={() => onBasket(emptyBasket(basket))}>
              {t('register.clear')}
            </Button>
          )}
        </div>
      </div>
      {basket.lines.length === 0 && <p className="soft basket-empty">{t('register.empty')}</p>}
      <ul className="lines">
        {basket.lines.map((line) => {
          const item = t(itemKey(line.item))
          return (
            <li key={line.key} className="line">
              <span className="line-name">{item}</span>
              <span className="line-quantity">
                <button
                  type="button"
                  className="round-button"
                  aria-label={t('register.fewer', { item })}
                  onClick={() => onBasket(changeQuantity(basket, line.key, -1))}
                >
                  <Icon name="minus" sizePx={20} />
                </button>
                <b>{line.quantity}</b>
                <button
                  type="button"
                  className="round-button"
                  aria-label={t('register.more', { item })}
                  onClick={() => onBasket(changeQuantity(basket, line.key, 1))}
                >
                  <Icon name="plus" sizePx={20} />
                </button>
              </span>
              <span className="line-price">{money(line.unitMinor * BigInt(line.quantity), currency)}</span>
            </li>
          )
        })}
      </ul>
      <div className="basket-foot stack">
        <label className="check">
          <input type="checkbox" checked={tip} onChange={(event) => onTip(event.target.checked)} />
          {t('register.tip')}
        </label>
        <p className="total" role="status">
          <span>{t('register.total')}</span>
          <strong>{money(total, currency)}</strong>
        </p>
        {terminal === null ? (
          <p className="soft">{t('register.no_terminal')}</p>
        ) : (
          <Button look="main" large wide disabled={total === 0n} onClick={onCharge}>
            {t('register.charge', { terminal })}
          </Button>
        )}
      </div>
    </section>
  )
}
